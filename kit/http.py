"""Clients for a service's peers: bounded, instrumented, measured by the peer's name; and how asking a peer fails."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

import httpx
from opentelemetry import metrics
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor, RequestInfo
from opentelemetry.trace import Span

from kit import deadline
from kit.buckets import SECONDS
from kit.errors import GatewayTimeout, Unavailable
from kit.network import AiohttpTransport
from kit.platform import Platform

CONTEXT_HEADERS = ("traceparent", "tracestate", "baggage", deadline.HEADER)

MOST_CONNECTIONS = 500
"""A client's usual 100 would be the bottleneck before any pool of the shop is."""

KEEP_ALIVE_S = 30


def peer_client(
    peer: str, base_url: str, *, timeout: httpx.Timeout, platform: Platform, external: bool = False
) -> httpx.AsyncClient:
    """A client for the service named `peer`.

    An external peer belongs to somebody else: it is sent neither trace context nor deadline.
    """
    network = platform.transport or AiohttpTransport(
        connections=MOST_CONNECTIONS, keep_alive_s=KEEP_ALIVE_S, verify=base_url.startswith("https:")
    )
    client = httpx.AsyncClient(
        base_url=base_url,
        timeout=timeout,
        transport=PeerTransport(peer, network, external=external),
        trust_env=False,
    )
    HTTPXClientInstrumentor.instrument_client(client, request_hook=_describe(peer))
    return client


@contextmanager
def peer_failures(
    subject: str,
    *,
    timeout: Callable[[str], Exception] = GatewayTimeout,
    unavailable: Callable[[str], Exception] = Unavailable,
) -> Iterator[None]:
    """Raise the failures of a request as `timeout` and `unavailable`, each with a sentence about `subject`.

    A status that `raise_for_status` refuses is `unavailable` too.
    """
    try:
        yield
    except httpx.TimeoutException as error:
        raise timeout(f"{subject} did not answer in time.") from error
    except httpx.HTTPStatusError as error:
        raise unavailable(f"{subject} gave no usable answer.") from error
    except httpx.RequestError as error:
        raise unavailable(f"{subject} cannot be reached.") from error


def _describe(peer: str) -> Callable[[Span, RequestInfo], Awaitable[None]]:
    async def describe(span: Span, request: RequestInfo) -> None:
        span.set_attribute("service.peer.name", peer)
        url = request.url
        if isinstance(url, httpx.URL) and url.query:
            span.set_attribute("url.full", str(url.copy_with(query=None)))

    return describe


class PeerTransport(httpx.AsyncBaseTransport):
    """Carries the deadline along and records `shop.outbound.duration` (time to the answer's headers, in seconds)."""

    def __init__(self, peer: str, network: httpx.AsyncBaseTransport, *, external: bool) -> None:
        self._network = network
        self._external = external
        self._attributes = {
            outcome: {"service.peer.name": peer, "shop.outcome": outcome} for outcome in ("ok", "error", "timeout")
        }
        self._duration = metrics.get_meter("shop.http").create_histogram(
            "shop.outbound.duration", "s", explicit_bucket_boundaries_advisory=SECONDS
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        self._set_context(request)
        outcome = "error"
        start = perf_counter()
        try:
            response = await self._network.handle_async_request(request)
            outcome = "error" if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else "ok"
        except httpx.TimeoutException:
            outcome = "timeout"
            raise
        else:
            return response
        finally:
            self._duration.record(perf_counter() - start, self._attributes[outcome])

    def _set_context(self, request: httpx.Request) -> None:
        if self._external:
            for name in CONTEXT_HEADERS:
                request.headers.pop(name, None)
        else:
            request.headers.update(deadline.header())

    async def aclose(self) -> None:
        """Close the connections."""
        await self._network.aclose()
