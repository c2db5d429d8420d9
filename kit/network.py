"""The way of a request to the network: httpx's interface in front, aiohttp's connections and parser behind.

httpx's own way takes more than twice the processor time for the same small request (`make bench` prints both). The
instrumentation, the clients and the names of failures stay httpx's.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx

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

AUTOMATIC_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
"""aiohttp's own; httpx has set what is wanted."""


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Opens connections at the first request, in the event loop that sends it."""

    def __init__(self, *, connections: int, keep_alive_s: float, verify: bool) -> None:
        self._connections = connections
        self._keep_alive_s = keep_alive_s
        # A certificate store costs 10 MB and 20 ms: load it only for a peer that needs it.
        self._certificates = httpx.create_ssl_context(trust_env=False) if verify else False
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; raises a `httpx.TransportError`."""
        self._session = self._session or self._opened()
        with _failures(request):
            answer = await self._session.request(
                request.method,
                str(request.url),
                headers=request.headers,
                data=await request.aread() or None,
                allow_redirects=False,
                timeout=_timeout(request),
            )
        return httpx.Response(
            answer.status,
            headers=answer.raw_headers,
            stream=_Body(request, answer),
            extensions={"http_version": b"HTTP/1.1"},
        )

    def _opened(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._connections,
            keepalive_timeout=self._keep_alive_s,
            ssl=self._certificates,
            timeout_ceil_threshold=EXACT,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=AUTOMATIC_HEADERS,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()


class _Body(httpx.AsyncByteStream):
    """An answer's body, as it arrives."""

    def __init__(self, request: httpx.Request, answer: aiohttp.ClientResponse) -> None:
        self._request = request
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _failures(self._request):
            async for chunk in self._answer.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        """Give the connection back; one with an unread rest is closed."""
        self._answer.release()


@contextmanager
def _failures(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except aiohttp.ClientError as error:
        kind = next((kind for known, kind in FAILURES.items() if isinstance(error, known)), httpx.TransportError)
        raise kind(str(error) or type(error).__name__, request=request) from error


def _timeout(request: httpx.Request) -> aiohttp.ClientTimeout:
    """A free connection is waited for as `pool` says, a new one as `connect`, each piece of an answer as `read`."""
    wanted = request.extensions.get("timeout", {})
    return aiohttp.ClientTimeout(
        connect=wanted.get("pool"),
        sock_connect=wanted.get("connect"),
        sock_read=wanted.get("read"),
        ceil_threshold=EXACT,
    )
