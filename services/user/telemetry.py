"""Metrics of user."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from opentelemetry.metrics import Meter

from kit.buckets import SECONDS
from kit.errors import Unauthorized

OUTCOMES = ("succeeded", "refused", "failed")


class Logins:
    """`shop.login.results` and `shop.login.duration` (s). Refused: a wrong address or password."""

    def __init__(self, meter: Meter) -> None:
        self._results = meter.create_counter("shop.login.results", "{login}")
        self._duration = meter.create_histogram("shop.login.duration", "s", explicit_bucket_boundaries_advisory=SECONDS)
        for outcome in OUTCOMES:
            self._results.add(0, {"shop.outcome": outcome})

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure the login inside the block, by how it ends."""
        outcome = "failed"
        start = perf_counter()
        try:
            yield
            outcome = "succeeded"
        except Unauthorized:
            outcome = "refused"
            raise
        finally:
            self._results.add(1, {"shop.outcome": outcome})
            self._duration.record(perf_counter() - start, {"shop.outcome": outcome})
