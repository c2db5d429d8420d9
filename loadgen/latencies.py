"""A histogram of durations: counts in buckets two percent wide."""

from collections import Counter
from collections.abc import Iterable
from math import ceil, exp, floor, log

WIDTH = 1.02
SHORTEST_S = 1e-4


class Latencies:
    """Percentiles true to one percent of their value; any number of durations costs a few hundred counts."""

    def __init__(self, counts: Counter[int] | None = None) -> None:
        self.counts: Counter[int] = Counter() if counts is None else counts

    def add(self, seconds: float) -> None:
        """One more duration."""
        self.counts[max(0, floor(log(max(seconds, SHORTEST_S) / SHORTEST_S, WIDTH)))] += 1

    @classmethod
    def sum(cls, parts: Iterable["Latencies"]) -> "Latencies":
        """All durations of all parts."""
        counts: Counter[int] = Counter()
        for part in parts:
            counts.update(part.counts)
        return cls(counts)

    @property
    def count(self) -> int:
        """The number of durations."""
        return self.counts.total()

    def percentile(self, percent: float) -> float | None:
        """Seconds; None when there are no durations."""
        rank, seen = max(1, ceil(self.count * percent / 100)), 0
        for bucket, count in sorted(self.counts.items()):
            seen += count
            if seen >= rank:
                return round(SHORTEST_S * exp(log(WIDTH) * (bucket + 0.5)), 4)
        return None
