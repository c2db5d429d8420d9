"""The results of a run: of the last ten seconds, and since the start."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any

from loadgen.latencies import Latencies
from loadgen.spec import JourneyKind

WINDOW_S = 10


class Tally:
    """Counts over some stretch of time."""

    def __init__(self) -> None:
        self.requests = 0
        self.journeys: Counter[str] = Counter()
        self.orders: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.refused = 0
        self.late_s = 0.0
        self.answers = Latencies()
        self.checkouts = Latencies()
        self.order_ends = Latencies()

    @classmethod
    def sum(cls, parts: Iterable["Tally"]) -> "Tally":
        """The sum of several tallies."""
        total, listed = cls(), list(parts)
        for part in listed:
            total.requests += part.requests
            total.refused += part.refused
            total.late_s = max(total.late_s, part.late_s)
            for name in ("journeys", "orders", "errors"):
                getattr(total, name).update(getattr(part, name))
        total.answers = Latencies.sum(part.answers for part in listed)
        total.checkouts = Latencies.sum(part.checkouts for part in listed)
        total.order_ends = Latencies.sum(part.order_ends for part in listed)
        return total

    def describe(self, seconds: float) -> dict[str, Any]:
        """The numbers, with rates over `seconds`."""
        return {
            "requests_per_s": round(self.requests / seconds, 2),
            "journeys_per_s": {kind.value: round(self.journeys[kind] / seconds, 2) for kind in JourneyKind},
            "request_p95_s": self.answers.percentile(95),
            "checkouts_per_s": round(self.checkouts.count / seconds, 2),
            "checkout_p50_s": self.checkouts.percentile(50),
            "checkout_p95_s": self.checkouts.percentile(95),
            "checkout_p99_s": self.checkouts.percentile(99),
            "order_end_p95_s": self.order_ends.percentile(95),
            "requests": self.requests,
            "checkouts": self.checkouts.count,
            "orders": dict(sorted(self.orders.items())),
            "errors": dict(self.errors.most_common()),
            "errors_per_s": round(self.errors.total() / seconds, 2),
            "refused": self.refused,
            "late_s": round(self.late_s, 3),
        }


class Stats:
    """Counts everything twice: in the present second, and in the total once `warm_up_s` are over."""

    def __init__(self, clock: Callable[[], float] = monotonic, warm_up_s: float = 0.0) -> None:
        """`clock` counts seconds from any moment."""
        self._clock = clock
        self._begun = clock()
        self._warm_up_s = warm_up_s
        self._seconds: deque[tuple[int, Tally]] = deque(maxlen=WINDOW_S + 1)
        self._total = Tally()
        self.in_flight = 0

    def request(
        self,
        request_type: str,
        name: str,
        exception: Exception | None = None,
        response_time: float = 0.0,
        **_measured: object,
    ) -> None:
        """Locust's event for each request; `response_time` in milliseconds."""
        for tally in self._tallies():
            tally.requests += 1
            tally.answers.add(response_time / 1000)
            if exception is not None:
                tally.errors[f"{request_type} {name}: {exception}"] += 1

    def journey(self, kind: JourneyKind) -> None:
        """A journey has ended, well or not."""
        for tally in self._tallies():
            tally.journeys[kind] += 1

    def failure(self, kind: str) -> None:
        """Something other than a request failed."""
        for tally in self._tallies():
            tally.errors[kind] += 1

    def checkout(self, seconds: float) -> None:
        """The shop has taken a checkout."""
        for tally in self._tallies():
            tally.checkouts.add(seconds)

    def order(self, outcome: str, seconds: float | None) -> None:
        """An order has ended (`completed`, `declined`, `failed`), or the visitor has left it `unfinished`."""
        for tally in self._tallies():
            tally.orders[outcome] += 1
            if seconds is not None:
                tally.order_ends.add(seconds)

    def arrival(self, late_s: float, *, refused: bool) -> None:
        """A visitor came `late_s` after their time, or was `refused`."""
        for tally in self._tallies():
            tally.refused += refused
            tally.late_s = max(tally.late_s, late_s)

    def snapshot(self) -> dict[str, Any]:
        """The window of the last ten whole seconds under `now`, everything under `total`."""
        elapsed_s = self._clock() - self._begun
        present = int(elapsed_s)
        window = Tally.sum(tally for second, tally in self._seconds if present - WINDOW_S <= second < present)
        return {
            "elapsed_s": round(elapsed_s, 1),
            "in_flight": self.in_flight,
            "window_s": WINDOW_S,
            "now": window.describe(max(1, min(present, WINDOW_S))),
            "total": self._total.describe(max(1.0, elapsed_s - self._warm_up_s)),
        }

    def _tallies(self) -> Sequence[Tally]:
        elapsed_s = self._clock() - self._begun
        second = int(elapsed_s)
        if not self._seconds or self._seconds[-1][0] != second:
            self._seconds.append((second, Tally()))
        present = self._seconds[-1][1]
        return (present, self._total) if elapsed_s >= self._warm_up_s else (present,)
