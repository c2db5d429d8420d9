"""The desk, wired together: pages and actions are answered in a thread, their failures are pages, too."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import ImmutableMultiDict, UploadFile
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from whodunit.bodies import TooLargeError, bounded
from whodunit.desk import pool, times
from whodunit.desk.asked import Answer, Asked, Place
from whodunit.desk.headers import Headers
from whodunit.desk.health import page as health
from whodunit.desk.logs import page as logs
from whodunit.desk.metrics import page as metrics
from whodunit.desk.panels import page as panels
from whodunit.desk.render import Renderer
from whodunit.desk.source import Source
from whodunit.desk.token import page as token
from whodunit.desk.traces import compared
from whodunit.desk.traces import page as traces
from whodunit.errors import WRONG_USE, LabError
from whodunit.lab.guard import TOKEN_PAGE
from whodunit.telemetry.port import RefusedQueryError, TelemetryError

Given = ImmutableMultiDict[str, str]
"""Parameters of an address, or fields of a form."""

Page = Callable[[Asked], Answer | Response]
"""Shows something, or answers with a file."""

Action = Callable[[Asked], Response]
"""Does what a form asks for, through the lab, and leads to the page that shows it (`see`)."""


class _Later:
    """A module whose functions are pages or actions, imported with the first of them that is asked for.

    Those of mysteries need DuckDB and cryptography, those of cases and queries readers of Markdown and PromQL: 14 MB
    that a lab does not have otherwise.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[[Asked], Any]:
        def call(asked: Asked) -> Any:
            return getattr(import_module(self._module), name)(asked)

        return call


cases, case = _Later("whodunit.desk.cases.page"), _Later("whodunit.desk.cases.case")
matrix, run = _Later("whodunit.desk.cases.matrix"), _Later("whodunit.desk.cases.run")
queries = _Later("whodunit.desk.queries.page")
mystery, playing = _Later("whodunit.desk.mystery.page"), _Later("whodunit.desk.mystery.actions")
classroom, class_actions = _Later("whodunit.desk.classroom.page"), _Later("whodunit.desk.classroom.actions")

PAGES: dict[str, Page] = {
    "/": health.page,
    "/metrics": metrics.page,
    "/traces": traces.page,
    "/traces/compare": compared.page,
    "/traces/{trace}": traces.one,
    "/traces/{trace}/{span}": traces.span,
    "/logs": logs.page,
    "/panels": panels.page,
    "/panels/{board}": panels.page,
    "/panels/{board}/{panel}": panels.panel,
    "/cases": cases.page,
    "/cases/matrix": matrix.page,
    "/cases/run": run.page,
    "/cases/{face}": case.page,
    "/cases/{face}/{cause}": case.page,
    "/mystery": mystery.page,
    "/mystery/pinned": mystery.pinned,
    "/mystery/answer": mystery.answer,
    "/mystery/verdict": mystery.verdict,
    "/mystery/report": mystery.report,
    "/mystery/hand-in.json": mystery.hand_in,
    "/class": classroom.page,
    "/queries": queries.page,
    "/queries/explain": queries.explain,
    "/queries/{step}": queries.step,
    TOKEN_PAGE: token.page,
}

ACTIONS: dict[str, Action] = {
    "/cases/run": run.start,
    "/cases/stop": run.stop,
    "/cases/open": case.open_run,
    "/cases/close": case.close_run,
    "/mystery": playing.start,
    "/mystery/hint": playing.hint,
    "/mystery/mitigations": playing.mitigate,
    "/mystery/pins": playing.pin,
    "/mystery/pins/{pin}": playing.remark,
    "/mystery/pins/{pin}/remove": playing.unpin,
    "/mystery/answer": playing.answer,
    "/mystery/reveal": playing.reveal,
    TOKEN_PAGE: token.keep,
    "/class/open": class_actions.open_class,
    "/class/start": class_actions.start,
    "/class/end": class_actions.end,
    "/class/close": class_actions.close,
    "/class/hand-in": class_actions.hand_in,
    "/class/join": class_actions.join,
    "/class/leave": class_actions.leave,
}
"""By the path that a form is sent to; a file in a form is asked for as the text that it holds."""

TAKES_FILES = frozenset({"/class/hand-in"})

MOST_FILES = 200
MOST_BYTES = 1024 * 1024
"""Of one file, or of a form without files."""

MOST_BYTES_OF_FILES = 20 * MOST_BYTES
"""Of a form with files: as many hand-ins as files are taken, each as long as it may be."""

AWAY = "Is the shop up? In a terminal: whodunit status. This page tries again by itself."


def create_app(source: Source) -> Starlette:
    """The application; it reads its templates now and asks nothing yet."""
    desk = _Desk(source, Renderer())
    pages = [Route(path, desk.shows(page), methods=["GET"]) for path, page in PAGES.items()]
    actions = [Route(path, desk.does(action, _most_bytes(path)), methods=["POST"]) for path, action in ACTIONS.items()]
    static = Mount("/static", StaticFiles(packages=[("whodunit.desk", "static")]))
    return Starlette(
        routes=[*pages, *actions, static],
        middleware=[Middleware(Headers)],
        exception_handlers={404: desk.not_found},
    )


class _Desk:
    """Makes endpoints of pages and actions."""

    def __init__(self, source: Source, renderer: Renderer) -> None:
        self._source, self._renderer = source, renderer

    def shows(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await self._answered(request, request.query_params, lambda asked: self._shown(page, asked))

        return endpoint

    def does(self, action: Action, most_bytes: int) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                given = await _fields(bounded(request, most_bytes))
            except TooLargeError as error:
                return self._renderer.failure(self._asked(request, ImmutableMultiDict(), {}), 413, error)
            return await self._answered(request, given, action)

        return endpoint

    async def not_found(self, request: Request, _error: Exception) -> Response:
        error = LabError("There is no such page.", "The pages are named at the top.")
        return self._renderer.failure(self._asked(request, ImmutableMultiDict(), {}), 404, error)

    def _shown(self, page: Page, asked: Asked) -> Response:
        found = page(asked)
        return found if isinstance(found, Response) else self._renderer.page(asked, found)

    async def _answered(self, request: Request, given: Given, answer: Callable[[Asked], Response]) -> Response:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool.PAGES, self._in_words, request, given, answer)

    def _in_words(self, request: Request, given: Given, answer: Callable[[Asked], Response]) -> Response:
        """The answer, or a page that says in words why there is none."""
        asked = self._asked(request, given, {})
        try:
            asked = self._asked(request, given, _last(given))
            return answer(asked)
        except RefusedQueryError as error:
            return self._renderer.failure(asked, 422, LabError(str(error), "Change what is asked for."))
        except TelemetryError as error:
            return self._renderer.failure(asked, 503, LabError(str(error), AWAY))
        except LabError as error:
            return self._renderer.failure(asked, 422 if error.exit_code == WRONG_USE else 503, error)

    def _asked(self, request: Request, given: Given, of_time: Mapping[str, str]) -> Asked:
        """The request, for the time that its parameters `of_time` say; raises WrongUseError."""
        parameters: dict[str, list[str]] = {}
        for name, value in given.multi_items():
            parameters.setdefault(name, []).append(value)
        path = str(request.scope["path"])
        place = Place.of(path, times.read(of_time, self._source))
        return Asked(self._source, place, parameters, request.path_params, request.method == "POST")


def _most_bytes(path: str) -> int:
    return MOST_BYTES_OF_FILES if path in TAKES_FILES else MOST_BYTES


async def _fields(request: Request) -> Given:
    """The fields of a form; raises TooLargeError."""
    async with request.form(max_files=MOST_FILES, max_part_size=MOST_BYTES) as form:
        return ImmutableMultiDict([(name, await _text(value)) for name, value in form.multi_items()])


async def _text(value: str | UploadFile) -> str:
    if isinstance(value, str):
        return value
    if (value.size or 0) > MOST_BYTES:
        raise TooLargeError(MOST_BYTES)
    return (await value.read()).decode(errors="replace")


def _last(given: Given) -> dict[str, str]:
    return {name: value.strip() for name, value in given.items() if value.strip()}
