"""The desk, wired together: each page is answered in a thread, its failures are pages, too."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from whodunit.desk import pool, times
from whodunit.desk.asked import Answer, Asked, Place
from whodunit.desk.headers import Headers
from whodunit.desk.health import page as health
from whodunit.desk.logs import page as logs
from whodunit.desk.metrics import page as metrics
from whodunit.desk.panels import page as panels
from whodunit.desk.render import Renderer
from whodunit.desk.source import Source
from whodunit.desk.traces import page as traces
from whodunit.errors import WRONG_USE, LabError
from whodunit.telemetry.port import RefusedQueryError, TelemetryError

Page = Callable[[Asked], Answer]

PAGES: dict[str, Page] = {
    "/": health.page,
    "/metrics": metrics.page,
    "/traces": traces.page,
    "/traces/{trace}": traces.one,
    "/traces/{trace}/{span}": traces.span,
    "/logs": logs.page,
    "/panels": panels.page,
    "/panels/{board}": panels.page,
    "/panels/{board}/{panel}": panels.panel,
}

AWAY = "Is the shop up? In a terminal: whodunit status. This page tries again by itself."


def create_app(source: Source) -> Starlette:
    """The application; it reads its templates now and asks nothing yet."""
    renderer = Renderer()
    routes = [Route(path, _endpoint(page, source, renderer)) for path, page in PAGES.items()]
    static = Mount("/static", StaticFiles(packages=[("whodunit.desk", "static")]))
    return Starlette(
        routes=[*routes, static],
        middleware=[Middleware(Headers)],
        exception_handlers={404: _not_found(source, renderer)},
    )


def _endpoint(page: Page, source: Source, renderer: Renderer) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await asyncio.get_running_loop().run_in_executor(pool.PAGES, _answered, page, source, renderer, request)

    return answer


def _answered(page: Page, source: Source, renderer: Renderer, request: Request) -> Response:
    """The page, or another one that says in words why there is none."""
    asked = _asked(source, request, {})
    try:
        asked = _asked(source, request, _last(request))
        return renderer.page(asked, page(asked))
    except RefusedQueryError as error:
        return renderer.failure(asked, 422, LabError(str(error), "Change what is asked for."))
    except TelemetryError as error:
        return renderer.failure(asked, 503, LabError(str(error), AWAY))
    except LabError as error:
        return renderer.failure(asked, 422 if error.exit_code == WRONG_USE else 503, error)


def _asked(source: Source, request: Request, of_time: Mapping[str, str]) -> Asked:
    """The request, for the time that its parameters `of_time` say; raises WrongUseError."""
    parameters: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        parameters.setdefault(name, []).append(value)
    path = str(request.scope["path"])
    return Asked(source, Place.of(path, times.read(of_time, source)), parameters, request.path_params)


def _last(request: Request) -> dict[str, str]:
    return {name: value.strip() for name, value in request.query_params.items() if value.strip()}


def _not_found(source: Source, renderer: Renderer) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, _error: Exception) -> Response:
        error = LabError("There is no such page.", "The pages are named at the top.")
        return renderer.failure(_asked(source, request, {}), 404, error)

    return answer
