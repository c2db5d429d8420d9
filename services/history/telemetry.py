"""Metrics of a history node."""

from opentelemetry import metrics


class Telemetry:
    """A node's instruments; they start at 0 so that their first increase is seen."""

    def __init__(self) -> None:
        meter = metrics.get_meter("shop.history")
        self._shipped = meter.create_counter("shop.history.shipped_rows", "{row}")
        self._shipped.add(0)

    def shipped(self, rows: int) -> None:
        """So many rows were sent to another node."""
        self._shipped.add(rows)
