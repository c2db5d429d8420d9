"""The lab's routes of recorded runs; what reads them is loaded at the first request."""

import asyncio
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.home import Home

if TYPE_CHECKING:
    from whodunit.replay.hosted import ReplayHost

NO_CONTENT = 204


class Named(BaseModel):
    """A run of a case, by the name of its folder; without a name, all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: str
    run: str = ""


class RecordedRuns:
    """Everything under `/runs`. `check` raises LabError while none may be seen, `may_open` where none can be opened."""

    def __init__(self, home: Home, check: Callable[[], None], may_open: Callable[[], None]) -> None:
        """Ends what a lab that was killed has left open: a replay whose state folder is gone ends by itself."""
        self._home, self._check, self._may_open = home, check, may_open
        self._host: ReplayHost | None = None
        self._turn = asyncio.Lock()
        shutil.rmtree(home.replays_dir, ignore_errors=True)

    @property
    def routes(self) -> list[Route]:
        """The routes for the lab's API."""
        return [
            Route("/runs", self.runs, methods=["GET"]),
            Route("/runs/open", self.open, methods=["POST"]),
            Route("/runs/close", self.close, methods=["POST"]),
        ]

    async def runs(self, request: Request) -> Response:
        """The runs of a case."""
        wanted = Named.model_validate(dict(request.query_params))
        return JSONResponse({"runs": await self._do(lambda host: host.runs(wanted.case))})

    async def open(self, request: Request) -> Response:
        """Opens one."""
        self._may_open()
        wanted = Named.model_validate(await request.json())
        await self._do(lambda host: host.open(wanted.case, wanted.run))
        return Response(status_code=NO_CONTENT)

    async def close(self, request: Request) -> Response:
        """Closes one."""
        wanted = Named.model_validate(await request.json())
        await self._do(lambda host: host.close(wanted.run))
        return Response(status_code=NO_CONTENT)

    def end(self) -> None:
        """Close all that are open, since the lab ends; blocks."""
        if self._host:
            self._host.close_all()

    async def _do(self, act: Callable[["ReplayHost"], Any]) -> Any:
        self._check()
        async with self._turn:
            return await asyncio.to_thread(lambda: act(self._opened()))

    def _opened(self) -> "ReplayHost":
        if self._host is None:
            from whodunit.replay.hosted import ReplayHost  # noqa: PLC0415  most labs never need it

            self._host = ReplayHost(self._home)
        return self._host
