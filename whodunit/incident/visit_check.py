"""Checks of what the shoppers see: the load generator's own figures, which pass through no telemetry."""

from typing import Literal

from whodunit.incident.check import Check


class VisitCheck(Check):
    """One figure of the last ten seconds, as `whodunit load status` shows it."""

    figure: Literal["checkouts_per_s", "checkout_p95_s", "order_end_p95_s", "errors_per_s", "refused"]

    @property
    def signal(self) -> str:
        return "visits"

    @property
    def in_seconds(self) -> bool:
        """True if the figure is a duration."""
        return self.figure in ("checkout_p95_s", "order_end_p95_s")
