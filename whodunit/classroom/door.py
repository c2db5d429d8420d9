"""The class's door: the few routes that students' labs reach over the network, and nothing else of this lab."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.bodies import body
from whodunit.classroom.leading import Leading
from whodunit.classroom.roll import Student
from whodunit.classroom.schemas import Joining, Whereabouts
from whodunit.mystery.handin import LARGEST_BYTES
from whodunit.reading import decoded
from whodunit.refusals import HANDLERS

NO_CONTENT = 204
SMALL_BYTES = 4_000


def door(leading: Leading) -> Starlette:
    """The application."""
    found = _Routes(leading)
    routes = [
        Route("/join", found.join, methods=["POST"]),
        Route("/here", found.here, methods=["POST"]),
        Route("/hand-in", found.hand_in, methods=["PUT"]),
    ]
    return Starlette(routes=routes, exception_handlers=HANDLERS)


class _Routes:
    def __init__(self, leading: Leading) -> None:
        self._leading = leading

    async def join(self, request: Request) -> Response:
        joining = Joining.model_validate_json(await body(request, SMALL_BYTES))
        return JSONResponse(self._leading.join(joining).model_dump(mode="json"))

    async def here(self, request: Request) -> Response:
        student = self._student(request)
        where = Whereabouts.model_validate_json(await body(request, SMALL_BYTES))
        return JSONResponse((await self._leading.here(student, where)).model_dump(mode="json"))

    async def hand_in(self, request: Request) -> Response:
        student = self._student(request)
        self._leading.send(student, decoded(await body(request, LARGEST_BYTES)))
        return Response(status_code=NO_CONTENT)

    def _student(self, request: Request) -> Student:
        _, _, token = request.headers.get("authorization", "").partition(" ")
        return self._leading.known(token)
