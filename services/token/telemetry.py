"""Metrics of token."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.metrics import Meter

from kit.errors import Forbidden, NotFound

OUTCOMES = ("issued", "refused", "failed")


class Results:
    """`shop.token.results`: tokens asked for, by outcome. Refused: the user is unknown, or may do nothing."""

    def __init__(self, meter: Meter) -> None:
        self._counter = meter.create_counter("shop.token.results", "{token}")
        for outcome in OUTCOMES:
            self._counter.add(0, {"shop.outcome": outcome})

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the work inside the block by how it ends."""
        outcome = "failed"
        try:
            yield
            outcome = "issued"
        except (Forbidden, NotFound):
            outcome = "refused"
            raise
        finally:
            self._counter.add(1, {"shop.outcome": outcome})
