"""The lab's routes of a mystery: thin, over the host."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.mystery.answer import Answer
from whodunit.mystery.host import MysteryHost
from whodunit.mystery.mitigations import offered
from whodunit.mystery.notebook import Noted, Remark
from whodunit.mystery.schemas import Mitigating, Wanted


def routes(host: MysteryHost) -> list[Route]:
    """Everything under `/mystery`."""
    found = _Routes(host)
    return [
        Route("/mystery", found.status, methods=["GET"]),
        Route("/mystery", found.start, methods=["POST"]),
        Route("/mystery/hint", found.hint, methods=["POST"]),
        Route("/mystery/mitigations", found.mitigations, methods=["GET"]),
        Route("/mystery/mitigations", found.mitigate, methods=["POST"]),
        Route("/mystery/pins", found.pin, methods=["POST"]),
        Route("/mystery/pins/{pin}", found.remark, methods=["PUT"]),
        Route("/mystery/pins/{pin}", found.unpin, methods=["DELETE"]),
        Route("/mystery/answer", found.answered, methods=["GET"]),
        Route("/mystery/answer", found.answer, methods=["POST"]),
        Route("/mystery/reveal", found.revealed, methods=["GET"]),
        Route("/mystery/reveal", found.reveal, methods=["POST"]),
    ]


class _Routes:
    def __init__(self, host: MysteryHost) -> None:
        self._host = host

    async def status(self, _request: Request) -> Response:
        return JSONResponse(self._host.status())

    async def start(self, request: Request) -> Response:
        return JSONResponse(await self._host.start(Wanted.model_validate(await request.json())))

    async def hint(self, _request: Request) -> Response:
        return JSONResponse(self._host.hint())

    async def mitigations(self, _request: Request) -> Response:
        return JSONResponse(offered())

    async def mitigate(self, request: Request) -> Response:
        wanted = Mitigating.model_validate(await request.json())
        self._host.mitigate(wanted.action, wanted.service)
        return JSONResponse(self._host.status())

    async def pin(self, request: Request) -> Response:
        self._host.pin(Noted.model_validate(await request.json()))
        return JSONResponse(self._host.status())

    async def remark(self, request: Request) -> Response:
        self._host.remark(request.path_params["pin"], Remark.model_validate(await request.json()).comment)
        return JSONResponse(self._host.status())

    async def unpin(self, request: Request) -> Response:
        self._host.unpin(request.path_params["pin"])
        return JSONResponse(self._host.status())

    async def answered(self, _request: Request) -> Response:
        return JSONResponse(self._host.answered().model_dump(mode="json"))

    async def revealed(self, _request: Request) -> Response:
        return JSONResponse(self._host.revealed())

    async def answer(self, request: Request) -> Response:
        answer = Answer.model_validate_json(await request.body())
        return JSONResponse((await self._host.answer(answer)).model_dump(mode="json"))

    async def reveal(self, _request: Request) -> Response:
        return JSONResponse(await self._host.reveal())
