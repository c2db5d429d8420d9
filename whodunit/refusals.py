"""Refusals of the lab's HTTP APIs: problem documents (RFC 9457) with a `hint` at what to do."""

from collections.abc import Awaitable, Callable, Mapping

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from whodunit.errors import WRONG_USE, LabError

Handler = Callable[[Request, Exception], Awaitable[Response]]


def problem(status: int, detail: str, hint: str | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal as a response."""
    body = {"type": "about:blank", "status": status, "detail": detail, "hint": hint}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


async def _lab_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LabError)  # noqa: S101 - registered for this class alone
    wrong = 404 if request.path_params else 422
    return problem(wrong if error.exit_code == WRONG_USE else 503, error.message, error.hint)


async def _wrong_body(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ValidationError)  # noqa: S101 - registered for this class alone
    wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return problem(422, wrong)


async def _not_json(_request: Request, error: Exception) -> Response:
    return problem(400, f"The body is not JSON: {error}")


HANDLERS: Mapping[type[Exception], Handler] = {
    LabError: _lab_error,
    ValidationError: _wrong_body,
    ValueError: _not_json,
}
"""For Starlette's `exception_handlers`."""
