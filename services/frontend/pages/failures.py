"""Failures as pages: what the API answers as a problem document, a person reads as a sentence."""

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from opentelemetry import trace

from kit.errors import ProblemError
from services.frontend.pages.forms import see
from services.frontend.visit import Visit, begin

Handler = Callable[[Request, Exception], Awaitable[Response]]

SENTENCES = {
    HTTPStatus.UNAUTHORIZED: "You are logged in, but may not do that. Log in again, or write to customer care.",
    HTTPStatus.FORBIDDEN: "We cannot do that from here. Please go back to the shop and try again.",
    HTTPStatus.NOT_FOUND: "We looked on every shelf, but this page is not here.",
    HTTPStatus.CONFLICT: "That does not fit what is in your cart.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "We could not make sense of that address or form.",
    HTTPStatus.TOO_MANY_REQUESTS: "That was a little fast for us. Please try again in a moment.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Part of the shop is out of reach right now. Please try again in a moment.",
    HTTPStatus.GATEWAY_TIMEOUT: "This took too long, so we stopped waiting. Please try again in a moment.",
}
FOR_PROGRAMS = ("/api/", "/telemetry/")
SORRY = "Something went wrong on our side. Please try again in a moment."


def install(app: FastAPI) -> None:
    """Put a page before every failure handler that `app` has; what programs ask keeps its problem documents."""
    for kind, answer in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, _for_people(cast("Handler", answer)))


def _for_people(answer: Handler) -> Handler:
    async def answer_failure(request: Request, error: Exception) -> Response:
        problem = await answer(request, error)
        if request.url.path.startswith(FOR_PROGRAMS):
            return problem
        if problem.status_code == HTTPStatus.UNAUTHORIZED and (await _visit(request)).identity is None:
            return see(f"/login?next={quote(_page_of(request))}")
        return await _page(request, problem)

    return answer_failure


def _page_of(request: Request) -> str:
    """The address to come back to: a form cannot be posted again, the page before it can be shown."""
    return request.url.path if request.method == "GET" else "/cart"


async def _page(request: Request, problem: Response) -> Response:
    status = HTTPStatus(problem.status_code)
    told = json.loads(bytes(problem.body)).get("detail", "")
    page: Response = request.app.state.renderer.page(
        await _visit(request),
        "error.html",
        status=status,
        code=int(status),
        title=status.phrase,
        sentence=SENTENCES.get(status, SORRY),
        detail=told if status < HTTPStatus.INTERNAL_SERVER_ERROR else "",
        reference=reference(),
    )
    return page


async def _visit(request: Request) -> Visit:
    try:
        return await begin(request)
    except (AssertionError, ProblemError):
        return Visit({}, None)


def reference() -> str:
    """The trace that a customer may quote to the people who look after the shop."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""
