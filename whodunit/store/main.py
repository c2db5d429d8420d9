"""The store as a process."""

import logging
import signal
import sys
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from kit.calm_server import KEEP_ALIVE_S, CalmServer
from kit.whole_answers import WholeAnswers
from whodunit.pages import release_code
from whodunit.store.app import create_app
from whodunit.store.opening import Busy, Unwritable
from whodunit.store.settings import StoreSettings, load
from whodunit.store.store import Store

COULD_NOT_RUN = 3
STOP_WITHIN_S = 8


def main() -> None:
    """Serve until SIGTERM; ends with 3 when the file is in use, cannot be written, or the database breaks."""
    settings = load()
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stdout
    )
    signal.signal(signal.SIGTERM, _exit)  # uvicorn raises the signal again when it has stopped
    try:
        serve(settings)
    except (Busy, Unwritable) as error:
        logging.getLogger("whodunit.store").critical("%s", error)
        raise SystemExit(COULD_NOT_RUN) from None


def serve(settings: StoreSettings) -> None:
    """Serve on the address of the settings. Raises `Busy` and `Unwritable`; SystemExit(3) when the database broke."""
    broken = False

    def stop() -> None:
        nonlocal broken
        broken = server.should_exit = True

    store = Store(settings, on_failure=stop)
    app = create_app(store)
    release_code()
    ports = [port for port in (settings.port, settings.team_port) if port is not None]
    configs = [_config(app, settings.host, port) for port in ports]
    server = CalmServer(configs[0])
    server.run([config.bind_socket() for config in configs])
    if broken:
        raise SystemExit(COULD_NOT_RUN)


def _config(app: Starlette, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=WholeAnswers,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        timeout_keep_alive=KEEP_ALIVE_S,
    )


def _exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
