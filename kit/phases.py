"""Where a request to a peer spends its time, on its span: name look-up, connect, first byte of the answer."""

from collections.abc import Awaitable, Callable
from time import perf_counter
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import aiohttp
from opentelemetry import trace

DNS_TIME = "shop.outbound.dns_time"
CONNECT_TIME = "shop.outbound.connect_time"
FIRST_BYTE_TIME = "shop.outbound.first_byte_time"
REUSED = "shop.outbound.connection.reused"

AWAITED = {DNS_TIME: "the address of a name", CONNECT_TIME: "a new connection", FIRST_BYTE_TIME: "an answer"}

Event = Callable[[aiohttp.ClientSession, SimpleNamespace, Any], Awaitable[None]]


class Phases:
    """One request's phases, in seconds; a request that fails tells of the phase that it failed in as well."""

    __slots__ = ("_attributes", "_phase", "_since")

    def __init__(self) -> None:
        self._attributes: dict[str, float | bool] = {}
        self._phase = ""
        self._since = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.enter("")
        trace.get_current_span().set_attributes(self._attributes)

    def enter(self, phase: str) -> None:
        """The phase before is over; "" when there is nothing more to wait for."""
        now = perf_counter()
        if self._phase:
            self._attributes[self._phase] = round(now - self._since, 6)
        self._phase, self._since = phase, now

    def connected(self, *, again: bool) -> None:
        """The request has its connection, a new one or one that was used before."""
        self.enter(FIRST_BYTE_TIME)
        self._attributes[REUSED] = again

    @property
    def awaited(self) -> str:
        """What the request waits for now, in words."""
        return AWAITED.get(self._phase, "a connection that is in use")


def trace_config() -> aiohttp.TraceConfig:
    """What a session needs to tell the `Phases` of a request, its `trace_request_ctx`, how far the request has come."""
    config = aiohttp.TraceConfig()
    config.on_connection_create_start.append(_enters(CONNECT_TIME))
    config.on_dns_resolvehost_start.append(_enters(DNS_TIME))
    config.on_dns_resolvehost_end.append(_enters(CONNECT_TIME))
    config.on_connection_create_end.append(_connects(again=False))
    config.on_connection_reuseconn.append(_connects(again=True))
    return config


def _enters(phase: str) -> Event:
    async def enter(_: aiohttp.ClientSession, request: SimpleNamespace, __: Any) -> None:
        request.trace_request_ctx.enter(phase)

    return enter


def _connects(*, again: bool) -> Event:
    async def connected(_: aiohttp.ClientSession, request: SimpleNamespace, __: Any) -> None:
        request.trace_request_ctx.connected(again=again)

    return connected
