"""The frame every service stands in: error answers, health, deadline, telemetry, background work."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import copy
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from opentelemetry import metrics
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.trace import Span

from kit import errors, telemetry_settings
from kit.deadline import DeadlineMiddleware
from kit.event_loop import measure_lag
from kit.frugality import FrugalMeterProvider
from kit.platform import Platform
from kit.reminders import remind
from kit.reporting import report_usage
from kit.tasks import background
from kit.variants import USAGE

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

UNTRACED = "/healthz$,/readyz$,/telemetry/"
"""What tells of others is not told of: it would be a share of every service's requests."""

health = APIRouter(tags=["health"])


@health.get("/healthz", include_in_schema=False)
@health.get("/readyz", include_in_schema=False)
async def answer_health() -> dict[str, str]:
    """The process serves; it did not before its schema and its peers' clients were ready."""
    return {"status": "ok"}


def build(name: str, platform: Platform, *routers: APIRouter, lifespan: Lifespan) -> FastAPI:
    """An application named `name` with `routers`, whose resources live as long as `lifespan`."""
    app = FastAPIOffline(
        redoc_url=None,
        title=name,
        lifespan=_with_background(name, platform, lifespan),
        responses=errors.responses(errors.BadRequest, errors.Invalid, errors.InternalError, errors.Unavailable),
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    errors.install(app)
    app.add_middleware(DeadlineMiddleware)
    # Each request looks through the routes twice, in this order: once for its span, once for its handler.
    documentation = app.router.routes[:]
    app.router.routes.clear()
    for router in (*routers, health):
        _add(router, app)
    app.router.routes.extend(documentation)
    if not telemetry_settings.disabled():
        FastAPIInstrumentor.instrument_app(
            app,
            server_request_hook=_hide_query,
            meter_provider=FrugalMeterProvider(metrics.get_meter_provider()),
            excluded_urls=UNTRACED,
            exclude_spans=["send", "receive"],
        )
    return app


def _add(router: APIRouter, app: FastAPI) -> None:
    """Give `app` the routes themselves, with what it answers everywhere.

    A router that is included is matched as a whole, and then looks through its routes once more to serve: a tenth of a
    small handler's processor time. One that includes others, as that of the pages does, is included.
    """
    if not all(isinstance(route, APIRoute) for route in router.routes):
        app.include_router(router)
        return
    for route in map(copy, router.routes):
        assert isinstance(route, APIRoute)  # noqa: S101  for types: see above
        route.responses = app.router.responses | route.responses
        app.router.routes.append(route)


def _hide_query(span: Span, scope: dict[str, Any]) -> None:
    if scope.get("query_string"):
        span.set_attribute("url.query", "REDACTED")


def _with_background(name: str, platform: Platform, lifespan: Lifespan) -> Lifespan:
    @asynccontextmanager
    async def with_background(app: FastAPI) -> AsyncIterator[None]:
        work = [measure_lag(), remind(name, platform.variants)]
        if platform.lab_url:
            work.append(report_usage(name, platform.lab_url, USAGE))
        async with background(*work), lifespan(app):
            yield

    return with_background
