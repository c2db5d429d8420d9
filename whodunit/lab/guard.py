"""Middleware before the lab: changes need the leader's token, and a request for another lab is refused."""

from hmac import compare_digest

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from whodunit.lab import identity
from whodunit.refusals import problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """ASGI middleware: a request that would change something needs `Authorization: Bearer TOKEN`.

    Paths in `open_to_all`, and those below them, need none; they must not be reachable from outside.
    """

    def __init__(self, app: ASGIApp, token: str | None, open_to_all: frozenset[str] = frozenset()) -> None:
        """Without a token every request is let through."""
        self._app = app
        self._token = token
        self._open = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 401."""
        if scope["type"] == "http" and not self._is_allowed(Request(scope)):
            await _unauthorized(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_allowed(self, request: Request) -> bool:
        if self._token is None or request.method in SAFE_METHODS or self._is_open(request.scope["path"]):
            return True
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and compare_digest(given.strip().encode(), self._token.encode())

    def _is_open(self, path: str) -> bool:
        return any(path == each or path.startswith(f"{each}/") for each in self._open)


class Identity:
    """ASGI middleware: a request that names a lab by its id is refused by any other at the same address."""

    def __init__(self, app: ASGIApp, lab_id: str) -> None:
        self._app = app
        self._id = lab_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 421."""
        if scope["type"] == "http" and Request(scope).headers.get(identity.HEADER, self._id) != self._id:
            await problem(identity.MISDIRECTED, "Another lab is at this address.")(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _unauthorized(scope: Scope, receive: Receive, send: Send) -> None:
    answer = problem(
        401,
        "Only the leader may change something here.",
        "The leader's token is needed: export WHODUNIT_TOKEN=…",
        {"WWW-Authenticate": "Bearer"},
    )
    await answer(scope, receive, send)
