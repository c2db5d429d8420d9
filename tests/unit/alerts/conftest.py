"""The shop's metrics in a store in memory, judged as the lab judges them."""

from collections.abc import Sequence

import pytest

from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.alerts.evaluation import Evaluation
from whodunit.alerts.judging import judged
from whodunit.alerts.loading import bundled
from whodunit.telemetry.answers import Numbers
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import MetricQuery, Window
from whodunit.telemetry.store.adapter import StoreTelemetry

CHECKOUT = {"http.request.method": "POST", "http.route": "/api/checkout"}
BOUNDS = (0.5, 0.75, 1.0)
EVERY_S = 5


class Shop:
    """Puts in what five seconds of the shop's life measure."""

    def __init__(self) -> None:
        self.store = DuckStore()
        self.away = False
        self.evaluation = Evaluation(judged(bundled()), self, EVERY_S)

    def measure(self, asked: Sequence[tuple[MetricQuery, Window]]) -> Numbers:
        """The store, which can be away."""
        if self.away:
            raise TelemetryError("the store is away")
        return StoreTelemetry(self.store).measure(asked)

    def five_seconds(
        self, until_s: float, *, orders: int = 40, slow: int = 0, stuck: int = 0, failed: int = 0, unsettled: int = 0
    ) -> None:
        """A healthy shop, but for what is said."""
        done = {"attributes": {"shop.outcome": "completed"}}
        broken = {"attributes": {"shop.outcome": "failed", "error.type": "payment_unavailable"}}
        counts = [0, orders - slow, 0, slow]
        checkout = {"attributes": CHECKOUT | {"http.response.status_code": "201"}}
        self.store.counter("shop.order.results", "order", until_s - 0.1, orders, **done)
        self.store.counter("shop.order.results", "order", until_s - 0.1, failed, **broken)
        self.store.counter("shop.order.unsettled", "order", until_s - 0.1, unsettled)
        self.store.gauge("shop.order.stuck", "order", until_s - 0.1, stuck)
        self.store.gauge("shop.order.in_processing", "order", until_s - 0.1, stuck + 4)
        self.store.histogram("http.server.request.duration", "frontend", until_s - 0.1, counts, BOUNDS, **checkout)

    def firing(self, at_s: float) -> list[str]:
        """Judges, and names what fires."""
        self.evaluation.judge(at(at_s))
        return [alert.name for alert in self.evaluation.alerts().alerts if alert.state == "firing"]


@pytest.fixture
def shop() -> Shop:
    return Shop()
