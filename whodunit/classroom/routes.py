"""The lab's routes of a class, for the command line and the desk: thin, over the room."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.bodies import body
from whodunit.classroom.results import Marker, Result, as_json, csv, results
from whodunit.classroom.room import Room
from whodunit.classroom.schemas import Entering, HandedOver, Opening
from whodunit.incident import catalogue
from whodunit.mystery.handin import LARGEST_BYTES

ROOT = "/classroom"
MOST_BYTES = 3 * LARGEST_BYTES
"""A hand-in within JSON: its quotes and line ends are escaped there."""


def routes(room: Room) -> list[Route]:
    """Everything under `/classroom`."""
    found = _Routes(room)
    return [
        Route(ROOT, found.told, methods=["GET"]),
        Route(ROOT, found.open, methods=["POST"]),
        Route(ROOT, found.close, methods=["DELETE"]),
        Route(f"{ROOT}/start", found.start, methods=["POST"]),
        Route(f"{ROOT}/end", found.end, methods=["POST"]),
        Route(f"{ROOT}/hand-ins", found.hand_in, methods=["POST"]),
        Route(f"{ROOT}/results", found.results, methods=["GET"]),
        Route(f"{ROOT}/results.csv", found.csv, methods=["GET"]),
        Route(f"{ROOT}/attendance", found.join, methods=["POST"]),
        Route(f"{ROOT}/attendance", found.leave, methods=["DELETE"]),
    ]


class _Routes:
    def __init__(self, room: Room) -> None:
        self._room = room
        self._marker = Marker(room.folder.hand_in, catalogue.cases)
        self._marking = asyncio.Lock()  # a second request finds the marks of the first

    async def told(self, _request: Request) -> Response:
        return self._told()

    async def open(self, request: Request) -> Response:
        self._room.open(Opening.model_validate(await request.json()))
        return self._told()

    async def start(self, _request: Request) -> Response:
        self._room.leading.start()
        return self._told()

    async def end(self, _request: Request) -> Response:
        self._room.leading.end()
        return self._told()

    async def close(self, _request: Request) -> Response:
        await self._room.close()
        return self._told()

    async def hand_in(self, request: Request) -> Response:
        over = HandedOver.model_validate_json(await body(request, MOST_BYTES))
        return JSONResponse({"name": self._room.leading.take(over)})

    async def results(self, _request: Request) -> Response:
        return JSONResponse(as_json(await self._results()))

    async def csv(self, _request: Request) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="results.csv"'}
        return Response(csv(await self._results()), media_type="text/csv", headers=headers)

    async def join(self, request: Request) -> Response:
        await self._room.attending.join(Entering.model_validate(await request.json()))
        return self._told()

    async def leave(self, _request: Request) -> Response:
        await self._room.attending.leave()
        return self._told()

    async def _results(self) -> list[Result]:
        async with self._marking:
            return await asyncio.to_thread(results, self._room.leading.led, self._marker)

    def _told(self) -> Response:
        return JSONResponse(self._room.told())
