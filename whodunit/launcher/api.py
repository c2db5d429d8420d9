"""The lab's HTTP API: thin routes over the pieces that do the work."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.errors import WRONG_USE, LabError
from whodunit.launcher.wire import Activation, Report

Json = dict[str, Any]
NO_CONTENT = 204


class Faults(Protocol):
    """Switches flags; raises LabError for what the catalogue does not have."""

    def state(self) -> Any:
        """The catalogue, and what is in force."""
        ...

    def set(self, flag: str, variant: str, seconds: float) -> None:
        """Put a variant in force for a while."""
        ...

    def clear(self, flag: str | None = None) -> None:
        """End one activation, or all."""
        ...

    def report(self, service: str, flag: str, variant: str, affected: int) -> None:
        """So many more requests met a variant."""
        ...

    def reports(self) -> Any:
        """What was reported so far."""
        ...


class Load(Protocol):
    """Runs the load generator; raises LabError for what it cannot do."""

    def start(self, spec: Json) -> None:
        """In place of what runs."""
        ...

    def stop(self) -> None:
        """If any runs."""
        ...

    def state(self) -> Json | None:
        """What runs and what it sees."""
        ...


@dataclass(frozen=True)
class Lab:
    """What the routes lead to."""

    status: Callable[[], Awaitable[Json]]
    faults: Faults
    load: Load
    shutdown: Callable[[], None]


def create_api(lab: Lab, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]]) -> Starlette:
    """The application; `lifespan` starts and stops the shop."""
    routes = _Routes(lab)
    return Starlette(
        routes=[
            Route("/healthz", routes.health),
            Route("/status", routes.status),
            Route("/shutdown", routes.shutdown, methods=["POST"]),
            Route("/faults", routes.faults, methods=["GET"]),
            Route("/faults", routes.clear_faults, methods=["DELETE"]),
            Route("/faults/{flag}", routes.set_fault, methods=["PUT"]),
            Route("/faults/{flag}", routes.clear_fault, methods=["DELETE"]),
            Route("/reports", routes.reports, methods=["GET"]),
            Route("/reports", routes.add_report, methods=["POST"]),
            Route("/load", routes.load, methods=["GET"]),
            Route("/load", routes.start_load, methods=["PUT"]),
            Route("/load", routes.stop_load, methods=["DELETE"]),
        ],
        exception_handlers={LabError: _lab_error, ValidationError: _wrong_body, ValueError: _not_json},
        lifespan=lifespan,
    )


class _Routes:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._switching_load = asyncio.Lock()  # the generator that runs is waited for

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok", "pid": os.getpid()})

    async def status(self, _request: Request) -> Response:
        return JSONResponse(await self._lab.status())

    async def shutdown(self, _request: Request) -> Response:
        self._lab.shutdown()
        return Response(status_code=202)

    async def faults(self, _request: Request) -> Response:
        return JSONResponse(self._lab.faults.state())

    async def set_fault(self, request: Request) -> Response:
        wanted = Activation.model_validate(await request.json())
        self._lab.faults.set(request.path_params["flag"], wanted.variant, wanted.seconds)
        return Response(status_code=NO_CONTENT)

    async def clear_fault(self, request: Request) -> Response:
        self._lab.faults.clear(request.path_params["flag"])
        return Response(status_code=NO_CONTENT)

    async def clear_faults(self, _request: Request) -> Response:
        self._lab.faults.clear()
        return Response(status_code=NO_CONTENT)

    async def reports(self, _request: Request) -> Response:
        return JSONResponse(self._lab.faults.reports())

    async def add_report(self, request: Request) -> Response:
        told = Report.model_validate(await request.json())
        self._lab.faults.report(told.service, told.flag, told.variant, told.affected)
        return Response(status_code=NO_CONTENT)

    async def load(self, _request: Request) -> Response:
        return JSONResponse(self._lab.load.state())

    async def start_load(self, request: Request) -> Response:
        spec = await request.json()
        async with self._switching_load:
            await asyncio.to_thread(self._lab.load.start, spec)
        return JSONResponse(self._lab.load.state())

    async def stop_load(self, _request: Request) -> Response:
        async with self._switching_load:
            await asyncio.to_thread(self._lab.load.stop)
        return Response(status_code=NO_CONTENT)


async def _lab_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LabError)  # noqa: S101 - registered for this class alone
    wrong = 404 if request.path_params else 422
    return _problem(wrong if error.exit_code == WRONG_USE else 503, error.message, error.hint)


async def _wrong_body(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ValidationError)  # noqa: S101 - registered for this class alone
    wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return _problem(422, wrong)


async def _not_json(_request: Request, error: Exception) -> Response:
    return _problem(400, f"The body is not JSON: {error}")


def _problem(status: int, detail: str, hint: str | None = None) -> Response:
    body = {"type": "about:blank", "status": status, "detail": detail, "hint": hint}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")
