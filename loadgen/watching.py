"""A customer who waits for their order: polls it until it has ended, for a minute at most."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from loadgen.stats import Stats
from loadgen.tracing import Tracing
from loadgen.web import Visit, Web

ENDED = ("completed", "failed")
GIVE_UP_AFTER_S = 60.0
FIRST_WAIT_S = 1.0
WAIT_GROWTH = 1.5
LONGEST_WAIT_S = 5.0
"""Polls become rarer, as on the order's page: hundreds of waiting orders must not be a load of their own."""


@dataclass
class OrderWatch:
    """Watches in a trace of its own: the trace of the checkout stays one that a person can read."""

    web: Web
    tracing: Tracing
    stats: Stats
    sleep: Callable[[float], None]

    def until_it_ends(self, order: dict[str, Any], cookie: str | None, *, declines: bool) -> None:
        """Record the order's outcome, and its duration by the shop's own timestamps."""
        if order["status"] not in ENDED:
            order = self._watch(order, cookie)
        outcome = order["status"] if order["status"] in ENDED else "unfinished"
        if outcome == "failed" and declines:
            outcome = "declined"
        self.stats.order(outcome, _seconds(order) if outcome != "unfinished" else None)

    def _watch(self, order: dict[str, Any], cookie: str | None) -> dict[str, Any]:
        with self.tracing.journey("watch order", {"shop.order.id": order["id"]}) as trace:
            visit = Visit(self.web, trace, cookie)
            deadline_s, wait_s = monotonic() + GIVE_UP_AFTER_S, FIRST_WAIT_S
            while order["status"] not in ENDED and monotonic() + wait_s < deadline_s:
                self.sleep(wait_s)
                wait_s = min(wait_s * WAIT_GROWTH, LONGEST_WAIT_S)
                answer = visit.get("/api/orders/{id}", f"/api/orders/{order['id']}")
                order = answer.body if answer and answer.body else order
        return order


def _seconds(order: dict[str, Any]) -> float:
    created, ended = (datetime.fromisoformat(order[name]) for name in ("created_at", "updated_at"))
    return (ended - created).total_seconds()
