"""`python -m whodunit.entry.replay FOLDER [--whole]`: a store with a recorded run, and its lab."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from kit.calm_server import CalmServer
from whodunit.entry.replay_lab import STORE_PATH, lab_of
from whodunit.errors import LabError, report
from whodunit.home import Home
from whodunit.lab.api import create_api
from whodunit.lab.target import LiteTarget
from whodunit.launcher import labfile, plan, survivors
from whodunit.launcher.lock import LabLock
from whodunit.launcher.ports import listener
from whodunit.launcher.processes import Identity
from whodunit.mcp.route import routes as tools
from whodunit.replay.hosted import WHOLE
from whodunit.replay.replayed import Replayed
from whodunit.runs import recorded_run
from whodunit.store.questions import questions
from whodunit.store.settings import DAY_S, StoreSettings
from whodunit.store.store import Store
from whodunit.topology import LAB_PORT

EVERY_S = 1.0
MAX_AGE_S = 10 * 365 * DAY_S
"""The replay stands still, and the clock by which the store deletes does not."""


def main() -> None:
    """Entry point: the state folder comes from the environment, the run from the command line."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    signal.signal(signal.SIGTERM, _exit)
    home = Home.locate()
    try:
        home.create()
        folder, *options = sys.argv[1:]
        serve(home, Replayed(recorded_run.read(Path(folder)), datetime.now(UTC), whole=WHOLE in options))
    except LabError as error:
        report(error)
        sys.exit(error.exit_code)


def serve(home: Home, replayed: Replayed) -> None:
    """Serve the run until stopped; raises LabError when it cannot start, AnotherLabError when a lab runs here."""
    lock = LabLock(home)
    try:
        survivors.clean_up(home)
        replayed.put_into(home.replay_file)
        _serve(home, replayed, Store(StoreSettings(store_file=home.replay_file, store_max_age_s=MAX_AGE_S)))
        home.lab_file.unlink(missing_ok=True)
    finally:
        lock.release()


def _serve(home: Home, replayed: Replayed, store: Store) -> None:
    with listener(LAB_PORT, taken=plan.USUAL_PORTS) as bound:
        bound.listen()
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"

        def shut_down() -> None:
            server.should_exit = True

        def target() -> LiteTarget:
            return LiteTarget(home)

        lab = lab_of(replayed, store, url, shut_down, target)
        app = create_api(lab, _lifespan(home, store, url, shut_down))
        app.router.routes += [Mount(STORE_PATH, routes=questions(store)), *tools(target)]
        server = CalmServer(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2))
        with contextlib.suppress(SystemExit):
            server.run(sockets=[bound])


def _lifespan(
    home: Home, store: Store, url: str, shut_down: Callable[[], None]
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        store.start()
        labfile.LabFile(Identity.of(os.getpid()), url).write(home)
        watching = asyncio.create_task(_watch(home, shut_down))
        try:
            yield
        finally:
            watching.cancel()
            store.stop()

    return lifespan


async def _watch(home: Home, shut_down: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(EVERY_S)
        if labfile.is_gone(home):
            shut_down()
            return


def _exit(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
