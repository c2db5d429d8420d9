"""A small shop whose telemetry a test writes: requests from frontend to order, to its database and to a gateway."""

from random import Random

from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import StoreTelemetry

BEFORE, AFTER = Window(at(0), at(60)), Window(at(60), at(120))


class Shop:
    """Writes requests; what a request costs is drawn about a mean, always the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.store = DuckStore()
        self._draw = Random(seed)
        self._traces = 0

    @property
    def telemetry(self) -> StoreTelemetry:
        return StoreTelemetry(self.store)

    def minute(self, window: Window, **of_each: float | str | bool) -> None:
        """Two requests a second, each as `of_each` says."""
        first = (window.start - at(0)).total_seconds()
        for number in range(120):
            self.request(first + number / 2 + self._draw.uniform(0, 0.4), **of_each)  # type: ignore[arg-type]

    def request(
        self,
        start_s: float,
        order_s: float = 0.01,
        statement_s: float = 0.004,
        statements: int = 1,
        gateway_s: float = 0.1,
        text: str = "SELECT orders.id FROM orders WHERE id IN (?, ?)",
        release: str = "1.0",
        fails: float = 0.0,
    ) -> str:
        """One request; the id of its trace."""
        self._traces += 1
        trace = {"trace_id": f"{self._traces:032x}"}
        order, statement, gateway = (self._about(each) for each in (order_s, statement_s, gateway_s))
        whole = order + statements * statement + gateway
        failed = {"status": "error"} if self._draw.random() < fails else {}
        page = self.store.span("GET /page", "frontend", start_s, whole + 0.004, kind="server", **trace)
        call = self.store.span(
            "POST", "frontend", start_s + 0.001, whole + 0.002, kind="client", parent_span_id=page, **trace, **failed
        )
        of_order = {"parent_span_id": call, "release": release} | trace | failed
        span = self.store.span("POST /orders", "order", start_s + 0.002, whole, kind="server", **of_order)
        now = start_s + 0.002
        for _ in range(statements):
            about = {"db.system.name": "sqlite", "db.namespace": "order.db", "db.query.text": text}
            below = {"parent_span_id": span, "attributes": about, "release": release} | trace
            self.store.span("SELECT order.db", "order", now, statement, kind="client", **below)
            now += statement
        about = {"service.peer.name": "gateway"}
        below = {"parent_span_id": span, "attributes": about, "release": release} | trace
        self.store.span("POST", "order", now, gateway, kind="client", **below)
        return trace["trace_id"]

    def _about(self, seconds: float) -> float:
        return seconds * self._draw.uniform(0.8, 1.25)
