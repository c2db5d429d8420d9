"""Run one service as a process: settings, telemetry, application, server, and an orderly end."""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event
from typing import TypeVar

import uvicorn
from fastapi import FastAPI

from kit import lifecycle, logs, telemetry
from kit.calm_server import KEEP_ALIVE_S, CalmServer
from kit.canary import Balanced, Companion, end_with_parent
from kit.flags import Flags
from kit.keyring import lab_keys
from kit.platform import Platform
from kit.release import REPLACED, Release
from kit.settings import ServiceSettings, load
from kit.starting import Starting
from kit.variants import Variants
from kit.whole_answers import WholeAnswers

COULD_NOT_RUN = 3
STOP_WITHIN_S = 8
MAKE_ROOM_WITHIN_S = 2
"""For the next release: as long as requests are waited for, nobody serves."""

ENDS_WITHIN_S = 5.0
"""A process that has not made room by then ends where it stands, as an orchestrator ends it at last: what holds up its
event loop would keep the next release away."""

KEY_WITHIN_S = 10.0
"""A process is of one release, so it asks which only when it can read the flag file. The lab tells the key at once,
unless it is away; then nothing counts as switched."""

S = TypeVar("S", bound=ServiceSettings)


def serve(
    service: str,
    create_app: Callable[[S, Platform], FastAPI],
    settings_class: type[S],
    configure: Callable[[Variants], None] = lambda _: None,
    name: Callable[[S], str] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, or until another release is deployed or a restart is due (exit code REPLACED).

    `configure` sets what the release in force brings along for the environment; `name` is how telemetry tells an
    instance from the others of its service. Requests in flight get `STOP_WITHIN_S` to finish, and `MAKE_ROOM_WITHIN_S`
    where another release waits.
    """
    settings = load(settings_class)
    logs.configure(settings.log_level)
    listener = _listen(settings)
    flags = Flags(lab_keys(service, settings.lab_url, settings.lab_token))
    flags.wait_readable(KEY_WITHIN_S)
    companion = None if settings.is_canary else Companion(f"{create_app.__module__.rpartition('.')[0]}.main")
    release = Release(service, flags.operations, companion)
    configure(release.variants)
    running = telemetry.start(name(settings) if name else service, release.version)
    with ExitStack() as ends:
        if running:
            ends.callback(running.stop)
        ends.callback(flags.close)
        ends.callback(release.close)
        ends.enter_context(lifecycle.told(settings.last_exit, lambda: release.ending))
        platform = Platform(release.variants, lab_url=settings.lab_url, product_flags=flags.product)
        app = create_app(settings, platform)
        _tune_garbage_collection()

        def end_here() -> None:
            lifecycle.tell_end(f"{release.ending}; it did not make room within {ENDS_WITHIN_S:g} s", REPLACED)
            if running:
                running.stop()
            os._exit(REPLACED)

        _run(app, listener, release, companion, end_here)


def _listen(settings: ServiceSettings) -> socket.socket:
    address = settings.host, settings.port
    try:
        if settings.is_canary:
            return _bind(address)  # it listens when the service is ready
        socket.create_server(address).close()  # nobody else is there: what follows would share the port with anybody
        listener = _bind(address)
        listener.listen(2048)
    except OSError as error:
        place = ":".join(map(str, address))
        sys.stderr.write(f"Cannot listen on {place}: {error.strerror}. Set PORT to a free port.\n")
        raise SystemExit(COULD_NOT_RUN) from None
    return listener


def _bind(address: tuple[str, int]) -> socket.socket:
    bound = socket.socket()
    if os.name == "posix":
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(address)
    return bound


def _tune_garbage_collection() -> None:
    # What exists now lives as long as the process. A higher threshold saves little more time, and lets each service
    # hold megabytes of dead cycles.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 20)


def _run(
    app: FastAPI, listener: socket.socket, release: Release, companion: Companion | None, end_here: Callable[[], None]
) -> None:
    # The server raises the signal that stopped it once more at its end; that must not cut our own end short.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)

    def give_up() -> None:
        server.should_exit = True

    starting = Starting(app, give_up)
    config = uvicorn.Config(
        # A canary is not asked before it is ready, so it need not answer that it is not.
        Balanced(starting, lambda: companion.runs) if companion else Balanced(app, lambda: True),
        http=WholeAnswers,
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    server = CalmServer(config)
    ended = Event()

    def make_room() -> None:
        config.timeout_graceful_shutdown = MAKE_ROOM_WITHIN_S
        give_up()
        if not ended.wait(ENDS_WITHIN_S):
            end_here()

    if companion is None:
        end_with_parent(give_up)
    release.watch(make_room)
    server.run(sockets=[listener])
    ended.set()
    if starting.failed:
        raise SystemExit(COULD_NOT_RUN)
    if release.ending:
        raise SystemExit(REPLACED)
