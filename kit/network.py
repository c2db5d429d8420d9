"""The way of a request to a peer: aiohttp's connections and parser, and the names that httpx gives to failures."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Protocol

import aiohttp
import httpx
import yarl

from kit.connections import ConnectionMeter, Connections
from kit.messages import Request, Response
from kit.phases import Phases, trace_config

FAILURES: dict[type[Exception], type[httpx.TransportError]] = {
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
        with Phases() as phases, _failures(phases):
            async with self._session.request(
                request.method,
                yarl.URL(request.url, encoded=True),
                headers={**request.own_headers, **(request.headers or {})},
                data=request.content or None,
                allow_redirects=False,
                timeout=_timeout(request.timeout),
                trace_request_ctx=phases,
            ) as answer:
                phases.enter("")
                return Response(request, answer.status, answer.headers, await answer.read())

    def _opened(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._connections.connector(self._certificates, EXACT),
            # The phases come first: what a meter's way out makes a new connection wait for is part of connecting.
            trace_configs=[trace_config(), *([self._meter.trace_config()] if self._meter else [])],
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
def _failures(phases: Phases) -> Iterator[None]:
    try:
        yield
    except aiohttp.ConnectionTimeoutError:
        # Not `from`: it quotes the whole address, and a query stays out of every span.
        raise httpx.ConnectTimeout(f"No connection in time: waited for {phases.awaited}.") from None
    except aiohttp.ClientError as error:
        kind = next((kind for known, kind in FAILURES.items() if isinstance(error, known)), httpx.TransportError)
        raise kind(str(error) or type(error).__name__) from error


def _timeout(wanted: httpx.Timeout) -> aiohttp.ClientTimeout:
    return _client_timeout(wanted.pool, wanted.connect, wanted.read)


@lru_cache
def _client_timeout(pool: float | None, connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    """A free connection is waited for as `pool` says, a new one as `connect`, each piece of an answer as `read`."""
    return aiohttp.ClientTimeout(connect=pool, sock_connect=connect, sock_read=read, ceil_threshold=EXACT)
