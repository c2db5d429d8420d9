"""The way of a request to a peer: aiohttp's connections and parser, and the names that httpx gives to failures.

httpx's own client takes seven times the processor time for the same small request (`make bench` prints both): objects
for URL, headers, request, response and their streams, each made several times over. Those here hold what was said.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import aiohttp
import httpx
import yarl

from kit.connections import ConnectionMeter, Connections

FAILURES: dict[type[Exception], type[httpx.TransportError]] = {
    aiohttp.ConnectionTimeoutError: httpx.ConnectTimeout,
    aiohttp.ServerTimeoutError: httpx.ReadTimeout,
    aiohttp.ClientConnectorError: httpx.ConnectError,
    aiohttp.ServerDisconnectedError: httpx.RemoteProtocolError,
    aiohttp.ClientOSError: httpx.ReadError,
    aiohttp.ClientPayloadError: httpx.RemoteProtocolError,
    aiohttp.ClientResponseError: httpx.RemoteProtocolError,
}
"""The first that fits names a failure; whatever else aiohttp raises is a `TransportError`."""

EXACT = float("inf")
"""aiohttp rounds longer time-outs than this up to whole seconds."""

AUTOMATIC_HEADERS = ("Accept", "Accept-Encoding", "Content-Type")
"""aiohttp's own; nobody asks for them here."""


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


class Network(Protocol):
    """Carries requests; raises a `httpx.TransportError`."""

    async def handle_async_request(self, request: Request) -> Response:
        """Send a request and wait for its whole answer."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class AiohttpNetwork:
    """Opens connections at the first request, in the event loop that sends it."""

    def __init__(self, connections: Connections, *, verify: bool, meter: ConnectionMeter | None = None) -> None:
        self._connections = connections
        self._meter = meter
        # A certificate store costs 10 MB and 20 ms: load it only for a peer that needs it.
        self._certificates = httpx.create_ssl_context(trust_env=False) if verify else False
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: Request) -> Response:
        """Send a request and wait for its whole answer."""
        self._session = self._session or self._opened()
        with _failures():
            async with self._session.request(
                request.method,
                yarl.URL(request.url, encoded=True),
                headers={**request.own_headers, **(request.headers or {})},
                data=request.content or None,
                allow_redirects=False,
                timeout=_timeout(request.timeout),
            ) as answer:
                return Response(request, answer.status, answer.headers, await answer.read())

    def _opened(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._connections.connector(self._certificates, EXACT),
            trace_configs=[self._meter.trace_config()] if self._meter else None,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=AUTOMATIC_HEADERS,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()


class ChosenNetwork:
    """Sends each request over connections as `choose` wants them at that moment; `network` makes those of a kind."""

    def __init__(self, choose: Callable[[], Connections], network: Callable[[Connections], Network]) -> None:
        self._choose = choose
        self._network = network
        self._networks: dict[Connections, Network] = {}

    async def handle_async_request(self, request: Request) -> Response:
        """Send a request and wait for its whole answer."""
        wanted = self._choose()
        if wanted not in self._networks:
            self._networks[wanted] = self._network(wanted)
        return await self._networks[wanted].handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        for network in self._networks.values():
            await network.aclose()


class JoinedNetwork:
    """Peers in the same process, by httpx's transports for tests."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: Request) -> Response:
        """Hand a request over and wait for its whole answer."""
        headers = {**request.own_headers, **(request.headers or {})}
        extensions = {"timeout": request.timeout.as_dict()}
        sent = httpx.Request(
            request.method, str(request.url), headers=headers, content=request.content, extensions=extensions
        )
        answer = await self._transport.handle_async_request(sent)
        return Response(request, answer.status_code, answer.headers, await answer.aread())

    async def aclose(self) -> None:
        """Let the transport go."""
        await self._transport.aclose()


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except aiohttp.ClientError as error:
        kind = next((kind for known, kind in FAILURES.items() if isinstance(error, known)), httpx.TransportError)
        raise kind(str(error) or type(error).__name__) from error


def _timeout(wanted: httpx.Timeout) -> aiohttp.ClientTimeout:
    return _client_timeout(wanted.pool, wanted.connect, wanted.read)


@lru_cache
def _client_timeout(pool: float | None, connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    """A free connection is waited for as `pool` says, a new one as `connect`, each piece of an answer as `read`."""
    return aiohttp.ClientTimeout(connect=pool, sock_connect=connect, sock_read=read, ceil_threshold=EXACT)
