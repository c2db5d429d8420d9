"""Metrics of user."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from opentelemetry import trace
from opentelemetry.metrics import Meter

from kit.buckets import SECONDS
from kit.errors import Unauthorized

OUTCOMES = ("succeeded", "refused", "failed")
TOKENS = ("issued", "not_granted", "unreachable")


class Logins:
    """`shop.login.results`, `shop.login.duration` (s) and `shop.login.tokens`. Refused: a wrong address or password."""

    def __init__(self, meter: Meter) -> None:
        self._results = meter.create_counter("shop.login.results", "{login}")
        self._duration = meter.create_histogram("shop.login.duration", "s", explicit_bucket_boundaries_advisory=SECONDS)
        for outcome in OUTCOMES:
            self._results.add(0, {"shop.outcome": outcome})
        self._tokens = meter.create_counter("shop.login.tokens", "{login}")
        for outcome in TOKENS:
            self._tokens.add(0, {"shop.outcome": outcome})

    def had_tokens(self, outcome: str) -> None:
        """A session began, and so it went with its tokens."""
        self._tokens.add(1, {"shop.outcome": outcome})
        trace.get_current_span().set_attribute("shop.login.tokens", outcome)

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
