"""Clients for a service's peers: bounded, instrumented, measured by the peer's name; and how asking a peer fails."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from json import dumps
from time import perf_counter
from types import SimpleNamespace
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import httpx
from opentelemetry import metrics, trace
from opentelemetry.instrumentation.httpx import AsyncOpenTelemetryTransport, RequestInfo
from opentelemetry.trace import Span
from pydantic import BaseModel, ValidationError

from kit import deadline
from kit.buckets import SECONDS
from kit.connections import ConnectionMeter, Connections
from kit.egress import Egress
from kit.errors import BadGateway, GatewayTimeout, Unavailable
from kit.messages import ContextHeaders, Request, Response, Url
from kit.network import AiohttpNetwork, ChosenNetwork, JoinedNetwork, Network
from kit.platform import Platform
from kit.regions import Link
from kit.variants import Choice

logger = logging.getLogger("shop.http")

Headers = Mapping[str, str]
Params = Mapping[str, str | int]

MOST_FAULTS = 3
"""So many of an answer's faults are told."""

M = TypeVar("M", bound=BaseModel)


class PeerClient:
    """Sends requests to one peer and reads their answers whole; its failures are httpx's."""

    def __init__(self, base_url: str, network: Network, timeout: httpx.Timeout) -> None:
        self._base_url = base_url.rstrip("/")
        self._network = network
        self._timeout = timeout
        self.aclose = network.aclose

    async def get(self, path: str, *, params: Params | None = None) -> Response:
        """Read something."""
        return await self.request("GET", path, params=params)

    async def post(self, path: str, *, json: Any = None, headers: Headers | None = None) -> Response:
        """Have something done."""
        return await self.request("POST", path, json=json, headers=headers)

    async def delete(self, path: str) -> Response:
        """Have something undone."""
        return await self.request("DELETE", path)

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        headers: Headers | None = None,
        timeout: httpx.Timeout | None = None,  # noqa: ASYNC109  named as httpx names it
    ) -> Response:
        """Send a request with a query and a JSON body; waits for as long as the client does, or `timeout` says."""
        url = Url(f"{self._base_url}{path}?{urlencode(params)}" if params else self._base_url + path)
        own_headers, content = dict(headers or {}), b""
        if json is not None:
            own_headers["Content-Type"] = "application/json"
            content = dumps(json, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        request = Request(method, url, own_headers, content, timeout or self._timeout)
        return await self._network.handle_async_request(request)


def peer_client(
    peer: str,
    base_url: str,
    *,
    timeout: httpx.Timeout,
    platform: Platform,
    external: bool = False,
    connections: Choice[Connections] | None = None,
    round_trip_s: float = 0.0,
) -> PeerClient:
    """A client for the service named `peer`; how it comes by its connections is measured where they can be chosen.

    With a `round_trip_s` it is in another region (kit/regions.py); a time-out counts from when the request is there.

    An external peer belongs to somebody else: it is sent neither trace context nor deadline.
    """
    verify = base_url.startswith("https:")
    network: Network
    if platform.transport:
        network = JoinedNetwork(platform.transport)
    elif connections is None:
        network = AiohttpNetwork(Connections(), verify=verify)
    else:
        meter = ConnectionMeter(_meter(), peer, connections, Egress() if external else None)
        network = ChosenNetwork(connections, lambda wanted: AiohttpNetwork(wanted, verify=verify, meter=meter))
    if round_trip_s and not platform.transport:
        network = Link(network, round_trip_s)
    measured = MeasuredNetwork(peer, network, external=external)
    traced: Any = TracedNetwork(cast("Any", measured), request_hook=_describe(peer))
    return PeerClient(base_url, traced, timeout)


def _meter() -> metrics.Meter:
    return metrics.get_meter("shop.http")


class TracedNetwork(AsyncOpenTelemetryTransport):
    """The instrumentation of httpx, over our own requests and answers."""

    # It asks for what it works with; `headers` of ours that are None are none that it has to look through.
    _module = cast("Any", SimpleNamespace(Request=Request, Response=Response, URL=Url, Headers=ContextHeaders))


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


def understood(peer: str, model: type[M], content: bytes) -> M:
    """The answer of `peer` as a `model`; raises `BadGateway`, and tells what was not as expected in the log."""
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        fault = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:MOST_FAULTS])
        seen = {"service.peer.name": peer, "shop.answer.problem": fault}
        logger.warning("An answer makes no sense.", extra=seen)
        raise BadGateway(f"The {peer} service gave an answer that makes no sense.") from error


def _describe(peer: str) -> Callable[[Span, RequestInfo], Awaitable[None]]:
    async def describe(span: Span, request: RequestInfo) -> None:
        span.set_attribute("service.peer.name", peer)
        address, _, query = str(request.url).partition("?")
        if query:
            span.set_attribute("url.full", address)

    return describe


class MeasuredNetwork:
    """Carries the deadline along and records `shop.outbound.duration` (time to the whole answer, in seconds).

    A peer to which no connection can be made is logged: nothing runs there that could tell of it.
    """

    def __init__(self, peer: str, network: Network, *, external: bool) -> None:
        self._peer = peer
        self._network = network
        self._external = external
        self._attributes = {
            outcome: {"service.peer.name": peer, "shop.outcome": outcome} for outcome in ("ok", "error", "timeout")
        }
        self._duration = _meter().create_histogram(
            "shop.outbound.duration", "s", explicit_bucket_boundaries_advisory=SECONDS
        )
        self.aclose = network.aclose

    async def handle_async_request(self, request: Request) -> Response:
        """Send one request."""
        if self._external:
            request.headers = None
        else:
            request.own_headers.update(deadline.header())
        outcome = "error"
        start = perf_counter()
        try:
            response = await self._network.handle_async_request(request)
            outcome = "error" if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else "ok"
        except httpx.TransportError as error:
            trace.get_current_span().set_attribute("shop.error.message", str(error))
            if isinstance(error, httpx.TimeoutException):
                outcome = "timeout"
            elif isinstance(error, httpx.ConnectError):
                self._tell_unreachable(error)
            raise
        else:
            return response
        finally:
            self._duration.record(perf_counter() - start, self._attributes[outcome])

    def _tell_unreachable(self, error: httpx.ConnectError) -> None:
        # No stack trace: it is the same each time, and thousands of bytes.
        why = {"exception.type": "httpx.ConnectError", "exception.message": str(error)}
        logger.warning("Cannot connect to %s.", self._peer, extra={"service.peer.name": self._peer, **why})
