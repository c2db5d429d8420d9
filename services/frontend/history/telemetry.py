"""Metrics of customers' histories, as the frontend sees them."""

from typing import Literal

from opentelemetry import metrics

from kit.buckets import SECONDS

Customer = Literal["company", "person"]


class Telemetry:
    """The instruments of histories."""

    def __init__(self) -> None:
        meter = metrics.get_meter("shop.frontend")
        self._pages = meter.create_histogram(
            "shop.history.page.duration", "s", explicit_bucket_boundaries_advisory=SECONDS
        )
        self._queries = meter.create_counter("shop.history.queries", "{query}")

    def shown(self, region: str, customer: Customer, *, ok: bool, took_s: float) -> None:
        """A page was shown, or could not be."""
        outcome = "ok" if ok else "failed"
        attributes = {"shop.region": region, "shop.customer.kind": customer, "shop.outcome": outcome}
        self._pages.record(took_s, attributes)

    def asked(self, region: str, node: str, outcome: str) -> None:
        """A node was asked for visitors of a region, and answered (ok), or not (timeout, error)."""
        attributes = {"shop.region": region, "shop.history.node": node, "shop.outcome": outcome}
        self._queries.add(1, attributes)
