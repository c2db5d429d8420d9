"""A shop as the tools see it: telemetry in memory, a clock that stands at one minute past noon, and no lab."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mcp import Client
from mcp.server import MCPServer

from tests.unit.telemetry.duck_store import MINUTE, DuckStore
from whodunit.errors import LabError
from whodunit.mcp.server import build
from whodunit.mcp.source import Source, asking
from whodunit.telemetry.store.adapter import StoreTelemetry

TRACE = f"{1:032x}"
BUY, PAY = "b" * 16, "c" * 16


class NoLab:
    """Stands in for the lab where no tool may ask it."""

    def mystery(self, method: str, path: str = "", body: Any = None) -> Any:
        raise LabError("The shop is not running.", "Start it: whodunit up")


def sold_in_a_minute() -> DuckStore:
    """One purchase whose payment failed, with a log line, and what was measured meanwhile."""
    store = DuckStore()
    store.span("buy", "frontend", 10, 2, span_id=BUY, kind="server")
    peer = {"service.peer.name": "payment"}
    store.span(
        "POST",
        "frontend",
        10.2,
        1.6,
        span_id="d" * 16,
        kind="client",
        parent_span_id=BUY,
        attributes=peer,
        status="error",
    )
    failed = {"status": "error", "status_message": "Too slow\nat line 7", "attributes": {"shop.order.id": "o-1"}}
    store.span("pay", "payment", 10.5, 1.2, span_id=PAY, kind="server", parent_span_id="d" * 16, **failed)
    for number in range(6):
        statement = {"db.system.name": "sqlite", "db.query.text": "SELECT 1"}
        start = 10.6 + number / 10
        store.span("SELECT", "payment", start, 0.05, kind="client", parent_span_id=PAY, attributes=statement)
    store.log("It is late: retrying.", "payment", 11, "WARN", trace_id=TRACE)
    store.log("Without a trace.", "payment", 12)
    for second in range(5, 60, 5):
        for outcome, orders in (("failed", 5), ("completed", 50)):
            store.counter("shop.order.results", "order", second, orders, attributes={"shop.outcome": outcome})
        store.gauge("shop.order.stuck", "order", second, second)
        store.histogram("shop.payment.duration", "payment", second, [3, 1, 0], [0.5, 2.0])
    return store


def source_of(store: DuckStore, lab: Any = None, **fields: Any) -> Source:
    """What tools ask over a store."""
    told = StoreTelemetry(store)
    known: dict[str, Any] = {
        "languages": {"sql": lambda text: store.sql(text).as_dicts()},
        "clock": lambda: MINUTE.end,
    } | fields
    client: Any = lab or NoLab()
    return Source(told, client, **known)


def server_of(source: Source) -> MCPServer:
    """The server over one source."""

    @contextmanager
    def opened() -> Iterator[Source]:
        yield source

    return build(asking(opened))


async def answer(server: MCPServer, tool: str, **arguments: Any) -> dict[str, Any]:
    """A tool's answer by a client in memory; fails where it is an error."""
    text, is_error = await said(server, tool, **arguments)
    assert not is_error, text
    found: dict[str, Any] = json.loads(text)
    return found


async def refusal(server: MCPServer, tool: str, **arguments: Any) -> str:
    """The text of a tool's error; fails where it answers."""
    text, is_error = await said(server, tool, **arguments)
    assert is_error, text
    return text


async def said(server: MCPServer, tool: str, **arguments: Any) -> tuple[str, bool]:
    async with Client(server, raise_exceptions=True) as client:
        result = await client.call_tool(tool, arguments)
    [content] = result.content
    return content.text, bool(result.is_error)  # type: ignore[union-attr]
