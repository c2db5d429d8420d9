"""A minute of a small shop: half of it in health; then payment's database refuses, and order passes that on."""

from collections.abc import Mapping
from typing import Any

from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.report.subject import Subject
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import StoreTelemetry

ONSET_S, ENDED_S, LENGTH_S = 30.0, 50.0, 60.0
REFUSED = "database is locked"


def fill(store: DuckStore, *, broken: bool = True) -> DuckStore:
    """A checkout a second."""
    for second in range(60):
        fails = broken and ONSET_S <= second < ENDED_S
        checkout(store, second, fails=fails)
        if second % 5 == 0 and second:
            outcome = (
                {"shop.outcome": "failed", "error.type": "payment_unavailable"}
                if fails
                else {"shop.outcome": "completed"}
            )
            store.counter("shop.order.results", "order", second, 5, attributes=outcome)
    return store


def checkout(store: DuckStore, second: float, *, fails: bool) -> None:
    """From the visitor down to payment's database, one span below the other."""
    trace, status = f"{int(second) + 1:032x}", "error" if fails else "unset"
    parent = None
    for depth, (service, name, kind, attributes) in enumerate(WAY):
        message = REFUSED if fails and depth == len(WAY) - 1 else ""
        parent = store.span(
            name,
            service,
            second + depth / 100,
            (2.0 if fails else 0.1) - depth / 50,
            kind=kind,
            trace_id=trace,
            parent_span_id=parent,
            status=status,
            status_message=message,
            attributes=attributes,
        )


WAY: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    ("load-generator", "POST /api/checkout", "client", {}),
    ("frontend", "POST /api/checkout", "server", {}),
    ("frontend", "POST", "client", {}),
    ("order", "POST /orders", "server", {}),
    ("order", "POST", "client", {}),
    ("payment", "POST /payments", "server", {}),
    ("payment", "INSERT payment", "client", {"db.system.name": "sqlite", "db.namespace": "payment.db"}),
)


def subject(store: DuckStore, **more: Any) -> Subject:
    """The minute as the subject of a report."""
    known: dict[str, Any] = {
        "title": "Checkouts fail",
        "complaint": "",
        "source": "a test",
        "telemetry": StoreTelemetry(store),
        "before": Window(at(0), at(ONSET_S)),
        "trouble": Window(at(ONSET_S), at(ENDED_S)),
        "whole": Window(at(0), at(LENGTH_S)),
    }
    return Subject(**known | more)
