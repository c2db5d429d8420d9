"""Middleware before the lab: who may change something, from which page, and at which lab."""

from collections.abc import Iterable
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from whodunit.lab import identity
from whodunit.refusals import problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

COOKIE = "whodunit-token"
"""Holds the leader's token in a browser, which sends no header of a page's choice with a form."""

TOKEN_PAGE = "/token"  # noqa: S105 - a path
"""Here a browser gives the token; it may be sent without one. With `wrong=yes` it gave another before."""


LEADERS_ALONE = (
    "Only the leader may change something here.",
    "The leader's token is needed: export WHODUNIT_TOKEN=…",
)
"""What a request without a token is told: what it is, and what to do."""


class Guard:
    """ASGI middleware: a request that would change something needs `Authorization: Bearer TOKEN`, or the cookie.

    Paths in `open_to_all`, and those below them, need none; they must not be reachable from outside, or tell nothing.
    """

    def __init__(
        self,
        app: ASGIApp,
        token: str | None,
        open_to_all: frozenset[str] = frozenset(),
        *,
        open_methods: frozenset[str] = SAFE_METHODS,
        words: tuple[str, str] = LEADERS_ALONE,
    ) -> None:
        """Without a token every request is let through; with one, those by `open_methods`."""
        self._app = app
        self._token = token
        self._open = open_to_all | {TOKEN_PAGE}
        self._open_methods, self._words = open_methods, words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 401; a browser is led to where it can give the token."""
        if scope["type"] == "http" and not self._is_allowed(Request(scope)):
            await _unauthorized(Request(scope), self._words)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_allowed(self, request: Request) -> bool:
        is_open = request.method in self._open_methods or is_below(self._open, request.scope["path"])
        if self._token is None or is_open:
            return True
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        given = bearer if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")
        return compare_digest(given.strip().encode(), self._token.encode())


class SameSite:
    """ASGI middleware: a request that would change something is refused when a page of another site sent it.

    A browser lets any page send a form to this machine. It says where the page is from; programs that are no browsers
    say nothing, and are let through.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 403."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and _is_foreign(Request(scope)):
            await problem(403, "A page of another site asked for this.", "Use the desk's own pages.")(
                scope, receive, send
            )
        else:
            await self._app(scope, receive, send)


class KnownHost:
    """ASGI middleware for a lab without a token: a request that names a host by which nobody knows it is refused.

    A page can have its own name lead to this machine; for a browser, the lab is then of the page's own site.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        """`names` are let through besides `localhost` and addresses, which no page can have as a name."""
        self._app = app
        self._names = names | {"localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 403."""
        host = Request(scope).headers.get("host", "") if scope["type"] == "http" else ""
        if host and not self._is_known(host):
            await problem(403, f"This lab is not {host}.", "Ask it at 127.0.0.1, or at localhost.")(
                scope, receive, send
            )
        else:
            await self._app(scope, receive, send)

    def _is_known(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
            return name in self._names or bool(ip_address(name))
        except ValueError:
            return False


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


def is_below(paths: Iterable[str], path: str) -> bool:
    """True for each of these paths, and for what is below it."""
    return any(path == each or path.startswith(f"{each}/") for each in paths)


def _is_foreign(request: Request) -> bool:
    """True if a browser says that the request is from a page elsewhere: by what it fetches for, or by the origin."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def _unauthorized(request: Request, words: tuple[str, str]) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        up = "../" * (str(request.scope["path"]).count("/") - 1) or "./"
        told = "?wrong=yes" if request.cookies.get(COOKIE) else ""
        return RedirectResponse(f"{up}{TOKEN_PAGE.lstrip('/')}{told}", 303)
    return problem(401, *words, {"WWW-Authenticate": "Bearer"})
