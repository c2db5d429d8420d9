"""The lab's routes of the run that it has started: thin, over the host."""

import asyncio

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.runner.hosted import RunHost

ACCEPTED = 202


class Wanted(BaseModel):
    """`POST /verification`: a case of the list, and if its remedies are shown, too.

    With `follow` it is a run that a terminal has begun, and that can be watched as one of the lab's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: str = Field(pattern=r"^[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?$")
    remedies: bool = False
    follow: bool = False


def routes(host: RunHost) -> list[Route]:
    """Everything under `/verification`."""
    found = _Routes(host)
    return [
        Route("/verification", found.told, methods=["GET"]),
        Route("/verification", found.start, methods=["POST"]),
        Route("/verification", found.stop, methods=["DELETE"]),
    ]


class _Routes:
    def __init__(self, host: RunHost) -> None:
        self._host = host
        self._turn = asyncio.Lock()

    async def told(self, _request: Request) -> Response:
        async with self._turn:
            return JSONResponse({"run": await asyncio.to_thread(self._host.told)})

    async def start(self, request: Request) -> Response:
        wanted = Wanted.model_validate(await request.json())
        async with self._turn:
            if wanted.follow:
                await asyncio.to_thread(self._host.follow, wanted.case)
            else:
                await asyncio.to_thread(self._host.start, wanted.case, remedies=wanted.remedies)
            return JSONResponse({"run": await asyncio.to_thread(self._host.told)})

    async def stop(self, _request: Request) -> Response:
        async with self._turn:
            self._host.stop()
        return Response(status_code=ACCEPTED)
