"""The time that the caller of a request is still willing to wait, carried from service to service.

The header holds what is left, not a time of day, so that clocks need not agree (as gRPC's `grpc-timeout` does).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = "X-Deadline-Ms"
"""Milliseconds left; zero or less when the deadline has passed."""

_MILLISECONDS = re.compile(r"-?[0-9]{1,9}")

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def remaining_s() -> float | None:
    """Seconds until the deadline of the present work; negative when it has passed, None when there is none."""
    deadline = _deadline.get()
    return None if deadline is None else deadline - monotonic()


@contextmanager
def expires_in(seconds: float) -> Iterator[None]:
    """Give the work inside the block a deadline of its own, `seconds` from now."""
    token = _deadline.set(monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def header() -> dict[str, str]:
    """The header to send with an outbound request; empty when there is no deadline."""
    left = remaining_s()
    return {} if left is None else {HEADER: str(round(left * 1000))}


class DeadlineMiddleware:
    """Takes the caller's deadline over for the length of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request under the deadline that its header names; a header that is no number is ignored."""
        left_ms = Headers(scope=scope).get(HEADER) if scope["type"] == "http" else None
        if left_ms is None or not _MILLISECONDS.fullmatch(left_ms):
            await self.app(scope, receive, send)
            return
        with expires_in(int(left_ms) / 1000):
            await self.app(scope, receive, send)
