"""The lab's HTTP API: thin routes over the parts that do the work."""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.lab.answers import LabStatus
from whodunit.lab.controls import Faults, Json, Load
from whodunit.lab.guard import Guard, Identity, KnownHost, SameSite
from whodunit.lab.schemas import Activation, Report, Settling
from whodunit.refusals import HANDLERS

NO_CONTENT = 204
UNAVAILABLE = 503
REPORTS = "/reports"
"""Services post here and below without the leader's token: a proxy before the lab must not pass a POST on."""


@dataclass(frozen=True)
class Lab:
    """The parts behind the routes."""

    mode: str  # lite, stack or replay
    status: Callable[[], Awaitable[LabStatus]]
    ready: Callable[[], Awaitable[bool]]
    faults: Faults
    load: Load
    alerts: Callable[[], Json]  # as whodunit.alerts.schemas has it; may block
    audit: Callable[[float], Json]  # waits so many seconds for orders in processing; may block
    forget: Callable[[], None]  # deletes all telemetry so far; may block
    shutdown: Callable[[], None]
    token: str | None = None  # needed by every request that changes something
    names: frozenset[str] = frozenset()  # of hosts, under which it is asked without a token
    more: Sequence[Route] = ()  # of other parts, such as the mystery
    id: str = field(default_factory=partial(secrets.token_hex, 8))  # of this process: a restarted lab has another


def create_api(lab: Lab, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]]) -> Starlette:
    """The application; `lifespan` starts and stops the shop."""
    routes = _Routes(lab)
    return Starlette(
        routes=[
            Route("/healthz", routes.health),
            Route("/readyz", routes.ready),
            Route("/status", routes.status),
            Route("/alerts", routes.alerts),
            Route("/audit", routes.audit),
            Route("/telemetry", routes.forget, methods=["DELETE"]),
            Route("/shutdown", routes.shutdown, methods=["POST"]),
            Route("/faults", routes.faults, methods=["GET"]),
            Route("/faults", routes.clear_faults, methods=["DELETE"]),
            Route("/faults/{flag}", routes.set_fault, methods=["PUT"]),
            Route("/faults/{flag}", routes.clear_fault, methods=["DELETE"]),
            Route(REPORTS, routes.reports, methods=["GET"]),
            Route(REPORTS, routes.add_report, methods=["POST"]),
            Route("/load", routes.load, methods=["GET"]),
            Route("/load", routes.start_load, methods=["PUT"]),
            Route("/load", routes.stop_load, methods=["DELETE"]),
            *lab.more,
        ],
        middleware=[
            *([] if lab.token else [Middleware(KnownHost, names=lab.names)]),
            Middleware(Identity, lab_id=lab.id),
            Middleware(SameSite),
            Middleware(Guard, token=lab.token, open_to_all=frozenset({REPORTS})),
        ],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )


class _Routes:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._switching_load = asyncio.Lock()  # a start waits until the running generator has stopped
        self._auditing = asyncio.Lock()  # one at a time: it reads all books

    async def health(self, _request: Request) -> Response:
        health = {"status": "ok", "pid": os.getpid(), "id": self._lab.id, "mode": self._lab.mode}
        return JSONResponse(health)

    async def ready(self, _request: Request) -> Response:
        ready = await self._lab.ready()
        return JSONResponse({"ready": ready}, 200 if ready else UNAVAILABLE)

    async def status(self, _request: Request) -> Response:
        return JSONResponse(await self._lab.status())

    async def alerts(self, _request: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(self._lab.alerts))

    async def audit(self, request: Request) -> Response:
        wanted = Settling.model_validate(dict(request.query_params))
        async with self._auditing:
            return JSONResponse(await asyncio.to_thread(self._lab.audit, wanted.settle))

    async def forget(self, _request: Request) -> Response:
        await asyncio.to_thread(self._lab.forget)
        return Response(status_code=NO_CONTENT)

    async def shutdown(self, _request: Request) -> Response:
        self._lab.shutdown()
        return Response(status_code=202)

    async def faults(self, _request: Request) -> Response:
        return JSONResponse(self._lab.faults.state())

    async def set_fault(self, request: Request) -> Response:
        wanted = Activation.model_validate(await request.json())
        self._lab.faults.set(request.path_params["flag"], wanted.variant, wanted.seconds, wanted.schedule)
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
        return JSONResponse(await asyncio.to_thread(self._lab.load.state))

    async def start_load(self, request: Request) -> Response:
        spec = await request.json()
        async with self._switching_load:
            await asyncio.to_thread(self._lab.load.start, spec)
        return JSONResponse(await asyncio.to_thread(self._lab.load.state))

    async def stop_load(self, _request: Request) -> Response:
        async with self._switching_load:
            await asyncio.to_thread(self._lab.load.stop)
        return Response(status_code=NO_CONTENT)
