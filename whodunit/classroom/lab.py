"""A class's place in a lab: nothing of it is loaded before one is led or attended."""

import asyncio
import logging
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from whodunit.classroom.folder import Folder
from whodunit.home import Home
from whodunit.lab.controls import Json

if TYPE_CHECKING:
    from whodunit.classroom.attending import Mystery
    from whodunit.classroom.room import Room
    from whodunit.classroom.schemas import Entry

logger = logging.getLogger("whodunit.classroom")

EVERY_S = 3.0


class LabClassroom:
    """The class of a lab: its routes, and the task that tells the leader where this lab is."""

    def __init__(self, home: Home, mystery: "Mystery", entry: "Entry | None" = None) -> None:
        """`entry` is the one way in where the leader cannot choose an address to listen at."""
        self._home, self._mystery, self._entry = home, mystery, entry
        self._folder = Folder(home)
        self._opened: tuple[Room, Starlette] | None = None
        self._opening = asyncio.Lock()

    @property
    def routes(self) -> list[Route]:
        """The routes for the lab's API."""
        return [Route("/classroom{rest:path}", self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers all requests about a class; that there is none needs nothing opened."""
        if self._opened is None and not self._folder.is_used and _asks_state(scope):
            none: Json = {"leads": None, "attends": None, "entry": self._entry.address if self._entry else None}
            await JSONResponse(none)(scope, receive, send)
        else:
            _, app = await self._open()
            await app(scope, receive, send)

    async def watch(self) -> None:
        """Takes up the class that an earlier lab left, and tells the leader, for as long as the lab lives."""
        try:
            while True:
                await self._turn()
                await asyncio.sleep(EVERY_S)
        finally:
            if self._opened:
                await self._opened[0].stop()

    async def _turn(self) -> None:
        """What nobody expected is logged, so that the class goes on."""
        try:
            if self._opened or self._folder.is_used:
                room, _ = await self._open()
                await room.attending.turn()
        except Exception:
            logger.exception("The class is not served this time.")

    async def _open(self) -> "tuple[Room, Starlette]":
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(self._make)
                self._opened[0].resume()
            return self._opened

    def _make(self) -> "tuple[Room, Starlette]":
        from whodunit.classroom.room import Room  # noqa: PLC0415  most labs never need it
        from whodunit.classroom.routes import routes  # noqa: PLC0415
        from whodunit.refusals import HANDLERS  # noqa: PLC0415

        room = Room(self._home, self._mystery, self._entry)
        return room, Starlette(routes=routes(room), exception_handlers=HANDLERS)


def _asks_state(scope: Scope) -> bool:
    return bool(scope["method"] == "GET" and not scope["path_params"]["rest"])
