"""Metrics of inventory."""

from typing import Literal, get_args

from opentelemetry import metrics

Outcome = Literal["reserved", "out_of_stock", "too_late", "crowded_out"]


class Telemetry:
    """Inventory's instruments; each outcome starts at 0 so that its first increase is seen."""

    def __init__(self) -> None:
        meter = metrics.get_meter("shop.inventory")
        self._reservations = meter.create_counter("shop.inventory.reservations", "{reservation}")
        for outcome in get_args(Outcome):
            self._reservations.add(0, {"shop.outcome": outcome})

    def reserved(self, outcome: Outcome) -> None:
        """One more attempt to reserve ended."""
        self._reservations.add(1, {"shop.outcome": outcome})
