"""Run one piece of scheduled work as a process of its own: settings, flags, telemetry, and an orderly end.

It tells spans and log lines, and no metrics: each run would be series of its own.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from importlib.metadata import version
from typing import Any, NoReturn, TypeVar

from kit import logs, telemetry
from kit.flags import Flags
from kit.keyring import lab_keys
from kit.platform import Platform
from kit.server import KEY_WITHIN_S
from kit.settings import ServiceSettings, load

S = TypeVar("S", bound=ServiceSettings)


def run(name: str, settings_class: type[S], work: Callable[[S, Platform], Coroutine[Any, Any, None]]) -> None:
    """Do `work` as the service `name` until it is done, or until SIGTERM."""
    settings = load(settings_class)
    logs.configure(settings.log_level)
    signal.signal(signal.SIGTERM, _stop)
    flags = Flags(lab_keys(name, settings.lab_url, settings.lab_token))
    flags.wait_readable(KEY_WITHIN_S)
    running = telemetry.start(name, version("whodunit"), metered=False)
    try:
        asyncio.run(work(settings, Platform(flags.operations, lab_url=settings.lab_url, product_flags=flags.product)))
    finally:
        flags.close()
        if running:
            running.stop()


def _stop(*_: object) -> NoReturn:
    raise SystemExit(0)
