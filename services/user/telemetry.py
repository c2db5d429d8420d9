"""Metrics of user."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from opentelemetry import trace
from opentelemetry.metrics import Meter

from kit.buckets import SECONDS
from kit.errors import Unauthorized

OUTCOMES = ("succeeded", "refused", "failed", "incomplete")
TOKENS = ("issued", "not_granted", "unreachable")


@dataclass
class Attempt:
    """A login that goes on; `tokens` is one of `TOKENS` once that is known."""

    tokens: str = ""

    @property
    def outcome(self) -> str:
        """The outcome of a login that ends with a session."""
        return "incomplete" if self.tokens == "unreachable" else "succeeded"


class Logins:
    """`shop.login.results`, `shop.login.duration` (s) and `shop.login.tokens`.

    Refused: a wrong address or password. Incomplete: a session began, and token could not be asked for its tokens.
    """

    def __init__(self, meter: Meter) -> None:
        self._results = meter.create_counter("shop.login.results", "{login}")
        self._duration = meter.create_histogram("shop.login.duration", "s", explicit_bucket_boundaries_advisory=SECONDS)
        for outcome in OUTCOMES:
            self._results.add(0, {"shop.outcome": outcome})
        self._tokens = meter.create_counter("shop.login.tokens", "{login}")
        for outcome in TOKENS:
            self._tokens.add(0, {"shop.outcome": outcome})

    @contextmanager
    def measured(self) -> Iterator[Attempt]:
        """Measure the login inside the block, by how it ends."""
        attempt, outcome = Attempt(), "failed"
        start = perf_counter()
        try:
            yield attempt
            outcome = attempt.outcome
        except Unauthorized:
            outcome = "refused"
            raise
        finally:
            self._results.add(1, {"shop.outcome": outcome})
            self._duration.record(perf_counter() - start, {"shop.outcome": outcome})
            if attempt.tokens:
                self._tokens.add(1, {"shop.outcome": attempt.tokens})
                trace.get_current_span().set_attribute("shop.login.tokens", attempt.tokens)
