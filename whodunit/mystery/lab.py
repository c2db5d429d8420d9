"""A mystery's place in a lab: what names the cause is closed while one runs, and nothing is loaded before one does."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from whodunit.errors import LabError, WrongUseError
from whodunit.lab.answers import LabStatus
from whodunit.lab.controls import Json
from whodunit.mystery.gate import NONE_RUNS, Sealed
from whodunit.mystery.parts import Parts
from whodunit.refusals import problem
from whodunit.telemetry.port import TelemetryError

if TYPE_CHECKING:
    from whodunit.mystery.handin import HandIn
    from whodunit.mystery.opened import Opened
    from whodunit.mystery.schemas import Wanted

EVERY_S = 1.0


class LabMystery:
    """The mystery of a lab; the parts that run it take half a second and 12 MB when they are first needed."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._opened: Opened | None = None
        self._opening = asyncio.Lock()

    @property
    def is_sealed(self) -> bool:
        """True if a mystery runs; one that an earlier lab left counts before it is resumed."""
        return self._opened.host.is_sealed if self._opened else self._parts.home.mystery_dir.exists()

    @property
    def routes(self) -> list[Route]:
        """The routes for the lab's API."""
        return [Route("/mystery{rest:path}", self), Route("/reports/key", self.key, methods=["POST"])]

    def check_open(self) -> None:
        """Raises Sealed while a mystery runs: what is told of cases may tell of this one."""
        if self.is_sealed:
            raise Sealed("its incident is one of the cases")

    def unless_sealed(self, act: Callable[[], None]) -> Callable[[], None]:
        """`act`, refused while a mystery runs."""

        def guarded() -> None:
            if self.is_sealed:
                raise Sealed("the telemetry is the evidence")
            act()

        return guarded

    def without_ends(self, told: Callable[[], Awaitable[LabStatus]]) -> Callable[[], Awaitable[LabStatus]]:
        """The state of the lab; while a mystery runs, without what ended when: that is told by telemetry alone."""

        async def guarded() -> LabStatus:
            status = await told()
            if not self.is_sealed:
                return status
            untold: Any = {"restarts": 0, "last_exit": None}
            return {**status, "services": [{**each, **untold} for each in status["services"]]}

        return guarded

    def may_be_logged(self, record: logging.LogRecord) -> bool:
        """A filter for the launcher's log: while a mystery runs, it has only errors, and no line of what ended."""
        return record.levelno >= logging.ERROR or not self.is_sealed

    async def status(self) -> Json:
        """The state for a player, as `GET /mystery` tells it."""
        return (await self._open()).host.status() if self._opened or self.is_sealed else NONE_RUNS

    async def start(self, wanted: "Wanted") -> Json:
        """Chooses and seals an incident, as `POST /mystery` does; raises LabError."""
        return await (await self._open()).host.start(wanted)

    @property
    def handed_in(self) -> "HandIn | None":
        """The last answer, with all that was done since; None before there is one."""
        return self._opened.host.handed_in if self._opened else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers all requests about a mystery; the status that none runs needs nothing opened."""
        if self._opened is None and not self.is_sealed and _asks_status(scope):
            await JSONResponse(NONE_RUNS)(scope, receive, send)
        else:
            await (await self._open()).app(scope, receive, send)

    async def key(self, request: Request) -> Response:
        """The key of the flag file, for the shop's services alone."""
        token = self._parts.service_token
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and not compare_digest(given.encode(), token.encode()):
            return problem(403, "Only the shop's services get the key.", "See: whodunit mystery status")
        if self._opened is None:
            raise WrongUseError("Nothing is sealed.", "Read the flag file again.")
        asked = await request.json()
        key = self._opened.host.key(str(asked.get("seal")), str(asked.get("service")))
        return JSONResponse({"key": key})

    async def watch(self) -> None:
        """Resumes the mystery that an earlier lab left, and serves the one that runs, for as long as the lab lives."""
        while True:
            with contextlib.suppress(LabError, TelemetryError):
                if self._opened is None and self._parts.home.mystery_dir.exists():
                    await self._open()
                if self._opened:
                    await self._opened.host.tick()
            await asyncio.sleep(EVERY_S)

    async def _open(self) -> "Opened":
        async with self._opening:
            if self._opened is None:
                from whodunit.mystery.opened import opened  # noqa: PLC0415  most labs never need it

                fresh = await asyncio.to_thread(opened, self._parts)
                fresh.host.resume()
                self._opened = fresh
            return self._opened


def _asks_status(scope: Scope) -> bool:
    return scope["method"] == "GET" and not scope["path_params"]["rest"]
