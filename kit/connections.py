"""How a request comes by its connection: a client's limits, and what aiohttp tells of waits and of new connections."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from opentelemetry import trace
from opentelemetry.metrics import CallbackOptions, Meter, Observation

from kit.buckets import SECONDS
from kit.egress import Egress
from kit.variants import Choice

MOST_CONNECTIONS = 500
"""A client's usual 100 would be the bottleneck before any pool of the shop is."""

KEEP_ALIVE_S = 30.0

WAIT_TIME = "shop.outbound.connection.wait_time"
CREATE_TIME = "shop.outbound.connection.create_time"


@dataclass(frozen=True)
class Connections:
    """A client's connections to one peer, at most so many; an idle one is kept for `keep_alive_s`, or not at all.

    Addresses are kept for ten seconds; those that a `resolver` of one's own looks up, for each connection anew.
    """

    most: int = MOST_CONNECTIONS
    keep_alive_s: float | None = KEEP_ALIVE_S
    resolver: Callable[[], AbstractResolver] | None = None

    def connector(self, certificates: Any, ceil_threshold: float) -> aiohttp.TCPConnector:
        """A connector with these limits."""
        asked: dict[str, Any] = {"resolver": self.resolver(), "use_dns_cache": False} if self.resolver else {}
        kept: dict[str, Any] = {"keepalive_timeout": self.keep_alive_s} if self.keep_alive_s else {"force_close": True}
        return aiohttp.TCPConnector(
            limit=self.most, ssl=certificates, timeout_ceil_threshold=ceil_threshold, **asked, **kept
        )


class ConnectionMeter:
    """Measures waits for a connection to `peer` and the making of new ones, on the request's span as well.

    A request that finds an idle connection is not measured. New connections pass through `egress`, if there is one.
    One for each process: an observed instrument has one owner.
    """

    def __init__(self, meter: Meter, peer: str, connections: Choice[Connections], egress: Egress | None = None) -> None:
        self._attributes = {"service.peer.name": peer}
        self._histograms = {
            name: meter.create_histogram(name, "s", explicit_bucket_boundaries_advisory=SECONDS)
            for name in (WAIT_TIME, CREATE_TIME)
        }
        self._egress = egress

        def observed(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(connections.look().most, self._attributes)]

        meter.create_observable_up_down_counter("shop.outbound.connection.max", [observed], "{connection}")

    def trace_config(self) -> aiohttp.TraceConfig:
        """What a session needs to be measured."""
        config = aiohttp.TraceConfig()
        config.on_connection_queued_start.append(self._queued)
        config.on_connection_queued_end.append(self._over)
        config.on_connection_create_start.append(self._creating)
        config.on_connection_create_end.append(self._over)
        config.on_request_exception.append(self._over)
        return config

    async def _queued(self, _: aiohttp.ClientSession, request: SimpleNamespace, __: Any) -> None:
        request.step, request.since = WAIT_TIME, perf_counter()

    async def _creating(self, _: aiohttp.ClientSession, request: SimpleNamespace, __: Any) -> None:
        request.step, request.since = CREATE_TIME, perf_counter()
        if self._egress:
            await self._egress.passed()

    async def _over(self, _: aiohttp.ClientSession, request: SimpleNamespace, __: Any) -> None:
        step: str | None = getattr(request, "step", None)
        if step is None:
            return
        took_s, request.step = perf_counter() - request.since, None
        self._histograms[step].record(took_s, self._attributes)
        trace.get_current_span().set_attribute(step, round(took_s, 6))
