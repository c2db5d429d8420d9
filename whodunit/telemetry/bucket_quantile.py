"""Quantiles of a histogram by its cumulative buckets, as Prometheus calculates them (promql/quantile.go)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isinf

SMALL = 1e-12
"""Part of a count by which the next bucket may be smaller, from adding floats, and is not less."""


@dataclass(frozen=True)
class Quantile:
    """The bucket from `lower` to `upper` in which the rank lies; `below` was counted before it, `up_to` with it."""

    rank: float
    total: float
    lower: float
    upper: float
    below: float
    up_to: float

    @property
    def value(self) -> float:
        """Linear within a bucket; of the last, which is open, its lower bound."""
        if isinf(self.upper) or self.upper == self.lower:
            return self.lower
        return self.lower + (self.upper - self.lower) * ((self.rank - self.below) / (self.up_to - self.below))


def quantile(q: float, counts: Mapping[float, float]) -> Quantile | None:
    """The quantile `q` (0 to 1) by the buckets' counts, each of which counts those below it as well.

    None where Prometheus has no number: nothing was measured, the last bucket has a bound or is alone, or the rank lies
    in an empty one.
    """
    bounds = sorted(counts)
    if len(bounds) < 2 or bounds[-1] != inf:
        return None
    growing = _growing([counts[bound] for bound in bounds])
    total = growing[-1]
    rank = q * total
    place = next(place for place, count in enumerate(growing) if count >= rank or place == len(bounds) - 1)
    lower, below = (bounds[place - 1], growing[place - 1]) if place else (min(bounds[0], 0.0), 0.0)
    is_empty = growing[place] == below and lower < bounds[place] < inf
    return None if is_empty or not total else Quantile(rank, total, lower, bounds[place], below, growing[place])


def bound(le: str) -> float | None:
    """A bucket's upper bound; None of a label that is no number, which Prometheus leaves out, too."""
    try:
        return float(le)
    except ValueError:
        return None


def _growing(counts: list[float]) -> list[float]:
    grown = counts[:1]
    for count in counts[1:]:
        close = abs(count - grown[-1]) <= SMALL * (abs(count) + abs(grown[-1]))
        grown.append(grown[-1] if close else max(count, grown[-1]))
    return grown
