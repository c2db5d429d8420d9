"""A request to a peer and its answer, as the instrumentation and a service read them.

httpx's own client takes seven times the processor time for the same small request (`make bench` prints both): objects
for URL, headers, request, response and their streams, each made several times over. Those here hold what was said.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import httpx


class Url(str):
    """An address, as the instrumentation asks for its parts."""

    __slots__ = ()

    @property
    def host(self) -> str:
        """Without port."""
        return urlsplit(self).hostname or ""

    @property
    def port(self) -> int | None:
        """None when it is the scheme's own."""
        return urlsplit(self).port


class ContextHeaders(dict[str, str]):
    """Headers that the instrumentation adds to a request."""

    def __init__(self, headers: Mapping[str, str] | None) -> None:
        super().__init__(headers or {})


@dataclass(slots=True)
class Request:
    """A request to send. `headers` belong to the instrumentation; `own_headers` are the caller's."""

    method: str
    url: Url
    own_headers: dict[str, str]
    content: bytes
    timeout: httpx.Timeout
    headers: ContextHeaders | None = None
    stream: None = None
    extensions: None = None


@dataclass(slots=True)
class Response:
    """A whole answer."""

    request: Request
    status_code: int
    own_headers: Mapping[str, str]
    content: bytes
    http_version: str = "HTTP/1.1"
    headers: None = None
    stream: None = None
    extensions: dict[str, Any] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """A status of 200 to 299."""
        return 200 <= self.status_code < 300

    @property
    def is_error(self) -> bool:
        """A status from 400 on."""
        return self.status_code >= 400

    def json(self) -> Any:
        """The body; raises ValueError."""
        return json.loads(self.content)

    def raise_for_status(self) -> Self:
        """Raise httpx's HTTPStatusError unless it `is_success`."""
        if not self.is_success:
            request = httpx.Request(self.request.method, str(self.request.url))
            httpx.Response(self.status_code, request=request).raise_for_status()
        return self
