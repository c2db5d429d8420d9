"""The load generator as a container of its own: `python -m whodunit.load.server`.

`PUT`, `GET` and `DELETE /load` as in the lab's API, and a page for people at `/`. A light load runs from the moment the
lab reports that the shop is open, until somebody stops it.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from whodunit.errors import LabError, report
from whodunit.home import Home
from whodunit.lab.answers import LoadState
from whodunit.lab.guard import Guard
from whodunit.load import server_settings
from whodunit.load.html import html_page
from whodunit.load.nodes import RemoteNodes
from whodunit.load.runner import LoadRunner
from whodunit.load.standing import StandingLoad
from whodunit.refusals import HANDLERS

RENEW_EVERY_S = 5.0
ASK_EVERY_S = 0.5
NO_CONTENT = 204

logger = logging.getLogger("whodunit.load")

IsOpen = Callable[[], Awaitable[bool]]


def create_app(
    load: StandingLoad, is_open: IsOpen, token: str | None = None, renew_every_s: float = RENEW_EVERY_S
) -> Starlette:
    """The application; the light load starts once `is_open` returns True."""
    routes = _Routes(load)
    return Starlette(
        routes=[
            Route("/", routes.page),
            Route("/healthz", routes.health),
            Route("/readyz", routes.health),
            Route("/load", routes.state, methods=["GET"]),
            Route("/load", routes.start, methods=["PUT"]),
            Route("/load", routes.stop, methods=["DELETE"]),
        ],
        middleware=[Middleware(Guard, token=token)],
        exception_handlers=HANDLERS,
        lifespan=_standing(load, routes.switching, is_open, renew_every_s),
    )


class _Routes:
    def __init__(self, load: StandingLoad) -> None:
        self._load = load
        self.switching = asyncio.Lock()  # a start waits until the running generator has stopped

    async def page(self, _request: Request) -> Response:
        return HTMLResponse(html_page(await self._state()))

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def state(self, _request: Request) -> Response:
        return JSONResponse(await self._state())

    async def start(self, request: Request) -> Response:
        spec = await request.json()
        async with self.switching:
            await asyncio.to_thread(self._load.start, spec)
        return JSONResponse(await self._state())

    async def stop(self, _request: Request) -> Response:
        async with self.switching:
            await asyncio.to_thread(self._load.stop)
        return Response(status_code=NO_CONTENT)

    async def _state(self) -> LoadState | None:
        return await asyncio.to_thread(self._load.state)


def _standing(
    load: StandingLoad, switching: asyncio.Lock, is_open: IsOpen, every_s: float
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        renewing = asyncio.create_task(_renew(load, switching, is_open, every_s))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.to_thread(load.stop)

    return lifespan


async def _renew(load: StandingLoad, switching: asyncio.Lock, is_open: IsOpen, every_s: float) -> None:
    opened = False
    while True:
        opened = opened or await is_open()
        if opened:
            try:
                async with switching:
                    await asyncio.to_thread(load.renew)
                # Nodes that start slowly take half a minute; a stop does not wait for them.
                await asyncio.to_thread(load.renew_nodes)
            except LabError as error:
                logger.error("%s %s", error.message, error.hint)  # noqa: TRY400 - the message says it all
        await asyncio.sleep(every_s if opened else ASK_EVERY_S)


def _asking(lab_url: str | None) -> IsOpen:
    async def is_open() -> bool:
        if lab_url is None:
            return True
        try:
            async with httpx.AsyncClient(trust_env=False) as http:
                return (await http.get(f"{lab_url}/readyz")).is_success
        except httpx.HTTPError:
            return False

    return is_open


def main() -> None:
    """Entry point: settings and the state folder come from the environment."""
    try:
        settings, home = server_settings.read(), Home.locate()
        home.create()
        nodes = RemoteNodes(settings.history_url)
        runner = LoadRunner(
            home, settings.loadgen_target, settings.telemetry_url, nodes.open, settings.telemetry_protocol
        )
        app = create_app(StandingLoad(runner, settings.light), _asking(settings.lab_url), settings.token)
    except LabError as error:
        report(error)
        sys.exit(error.exit_code)
    uvicorn.run(app, host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main()
