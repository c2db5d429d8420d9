"""Expected failures and how they look on the wire: RFC 9457 problem details.

ProblemError            any expected failure: a status, a title and a type
├─ BadRequest           400  the request's body cannot be read at all
├─ ContentTooLarge      413  the request's body is larger than is read here
├─ Invalid              422  the request cannot be understood
├─ Unauthorized         401  who is asking is unknown
├─ Forbidden            403  who is asking may not
├─ NotFound             404  there is no such thing
├─ Conflict             409  it does not fit the present state
├─ TooManyRequests      429  the caller should slow down
├─ InternalError        500  this service failed and says no more
├─ BadGateway           502  a peer answered nonsense
├─ Unavailable          503  this service or a peer cannot serve now
│  └─ DatabaseUnavailable    its database is away, or refuses for the moment
└─ GatewayTimeout       504  a peer, or the caller's deadline, ran out of time
"""

import logging
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

logger = logging.getLogger("shop.errors")

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """The body of every error answer (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field("about:blank", description="A URI reference that names the kind of problem")
    title: str = Field(description="A short summary of the kind of problem")
    status: int = Field(description="The HTTP status code")
    detail: str = Field("", description="What happened this time")


class ProblemError(Exception):
    """An expected failure; `extensions` become further members of the problem's body."""

    status: ClassVar[int] = HTTPStatus.INTERNAL_SERVER_ERROR
    title: ClassVar[str] = "Internal Server Error"
    type_slug: ClassVar[str] = "about:blank"
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, detail: str = "", **extensions: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extensions = extensions

    def body(self) -> dict[str, Any]:
        """The members of the problem document."""
        problem = {
            "type": self.type_slug,
            "title": self.title,
            "status": int(self.status),
            "detail": self.detail,
        }
        return problem | self.extensions


class BadRequest(ProblemError):
    status = HTTPStatus.BAD_REQUEST
    title = "Bad request"


class Invalid(ProblemError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Invalid request"


class Unauthorized(ProblemError):
    status = HTTPStatus.UNAUTHORIZED
    title = "Unauthorized"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(ProblemError):
    status = HTTPStatus.FORBIDDEN
    title = "Forbidden"


class NotFound(ProblemError):
    status = HTTPStatus.NOT_FOUND
    title = "Not found"


class Conflict(ProblemError):
    status = HTTPStatus.CONFLICT
    title = "Conflict"


class ContentTooLarge(ProblemError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = "Content too large"


class TooManyRequests(ProblemError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "Too many requests"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class InternalError(ProblemError):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title = "Internal server error"


class BadGateway(ProblemError):
    status = HTTPStatus.BAD_GATEWAY
    title = "Bad gateway"


class Unavailable(ProblemError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Service unavailable"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class DatabaseUnavailable(Unavailable):
    title = "Database unavailable"
    type_slug = "database-unavailable"


class GatewayTimeout(ProblemError):
    status = HTTPStatus.GATEWAY_TIMEOUT
    title = "Gateway timeout"


def responses(*errors: type[ProblemError]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's responses of a route that may answer with these failures."""
    declared: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        entry = declared.setdefault(int(error.status), {"description": error.title, "content": _CONTENT})
        if error.title not in entry["description"]:
            entry["description"] += f" / {error.title}"
    return declared


_CONTENT = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}


def install(app: FastAPI) -> None:
    """Answer every failure of `app` as a problem document, and say so in its OpenAPI."""
    app.add_exception_handler(ProblemError, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(PoolTimeout, _answer_dry_pool)
    app.add_exception_handler(Exception, _answer_unexpected)


def document(body: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem document as a response."""
    return JSONResponse(body, status_code=body["status"], headers=headers, media_type=MEDIA_TYPE)


async def _answer_problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)  # noqa: S101  registered for this class
    return document(error.body(), dict(error.headers))


async def _answer_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class
    # The input itself stays out of the answer: it may be a password.
    faults = [{"loc": list(each["loc"]), "msg": each["msg"], "type": each["type"]} for each in error.errors()]
    return document(Invalid("The request does not match the documented form.", errors=faults).body())


async def _answer_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class
    title = HTTPStatus(error.status_code).phrase
    body = {"type": "about:blank", "title": title, "status": error.status_code, "detail": str(error.detail)}
    return document(body, dict(error.headers or {}))


async def _answer_dry_pool(_: Request, error: Exception) -> JSONResponse:
    logger.error("No database connection came free in time.", exc_info=error)
    return document(Unavailable("No database connection came free in time.").body(), dict(Unavailable.headers))


async def _answer_unexpected(_: Request, error: Exception) -> JSONResponse:
    logger.error("Unhandled error while serving a request.", exc_info=error)
    return document(InternalError("The service failed unexpectedly.").body())
