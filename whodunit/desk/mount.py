"""The desk's place in a lab: routes that cost nothing until somebody opens a page."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window

if TYPE_CHECKING:
    from whodunit.lab.target import Target

PAGES = ("/", "/metrics", "/traces", "/logs", "/panels", "/cases", "/class", "/queries", "/token")
FILES = ("/mystery/hand-in.json", "/mystery/report")
"""A browser that saves a file asks for anything, not for HTML."""

SHARED = ("/mystery", "/mystery/{below:path}")
"""Paths of the lab's API as well: those who ask for HTML get the page."""

BELOW = (
    "/traces/{below:path}",
    "/panels/{below:path}",
    "/cases/{below:path}",
    "/class/{below:path}",
    "/queries/{below:path}",
    "/static/{below:path}",
)


def routes(
    telemetry: Callable[[], Telemetry],
    target: Callable[[], "Target"],
    recorded: Window | None = None,
    title: str = "",
) -> list[Route]:
    """The routes of all pages; `telemetry` is called once, in a thread, when the first of them is asked for.

    `target` leads to the lab, which pages ask over HTTP as commands do. `recorded` and `title` are a replay's.
    """
    return leading_to(_OnDemand(telemetry, target, recorded, title))


def leading_to(desk: ASGIApp) -> list[Route]:
    """The routes of all pages of a desk, to stand before the API's."""
    alone = [Route(path, desk) for path in (*PAGES, *FILES, *BELOW)]
    return [*alone, *(_ForPeople(path, desk) for path in SHARED)]


class _ForPeople(Route):
    """Matches only who asks for HTML, as browsers do; it stands before the API's route of that path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route does it, for a browser."""
        wants_page = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        return super().matches(scope) if wants_page else (Match.NONE, {})


class _OnDemand:
    """ASGI application: imports the pages with the first request, since a lab that nobody looks at needs none."""

    def __init__(
        self,
        telemetry: Callable[[], Telemetry],
        target: Callable[[], "Target"],
        recorded: Window | None,
        title: str,
    ) -> None:
        self._telemetry, self._target, self._recorded, self._title = telemetry, target, recorded, title
        self._making = asyncio.Lock()
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app or await self._made()
        await app(scope, receive, send)

    async def _made(self) -> ASGIApp:
        async with self._making:
            if self._app is None:
                self._app = await asyncio.to_thread(self._make)
            return self._app

    def _make(self) -> ASGIApp:
        from whodunit.desk.app import create_app  # noqa: PLC0415  half a second, and some megabytes
        from whodunit.desk.source import Source  # noqa: PLC0415

        return create_app(
            Source(
                self._telemetry(),
                lambda: self._target().lab(),
                self._recorded,
                self._title,
                languages=cache(lambda: self._target().languages()),
            )
        )
