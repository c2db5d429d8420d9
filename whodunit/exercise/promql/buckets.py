"""`histogram_quantile` of classic histograms (promql/quantile.go)."""

import math
from collections.abc import Mapping

from whodunit.exercise.promql.matching import Vector, without_name
from whodunit.exercise.promql.series import Labels

LE = "le"
SMALL = 1e-12
"""Part of a count by which the next bucket may be smaller, from adding floats, and is not less."""


def quantiles(q: float, counts: Vector) -> Vector:
    """The quantile of each histogram among the series, by the labels beside the bound and the name."""
    histograms: dict[Labels, dict[float, float]] = {}
    for labels, count in counts.items():
        bound = _bound(dict(labels).get(LE, ""))
        if bound is not None:
            rest = tuple(pair for pair in without_name(labels) if pair[0] != LE)
            members = histograms.setdefault(rest, {})
            members[bound] = members.get(bound, 0.0) + count
    return {labels: quantile(q, members) for labels, members in histograms.items()}


def quantile(q: float, counts: Mapping[float, float]) -> float:
    """The quantile by the buckets' counts, each of which counts those below it as well; NaN where it is not known."""
    bounds = sorted(counts)
    if not 0 <= q <= 1:
        return math.nan if math.isnan(q) else math.copysign(math.inf, q)
    if len(bounds) < 2 or bounds[-1] != math.inf:
        return math.nan
    growing = _growing([counts[bound] for bound in bounds])
    if not growing[-1]:
        return math.nan
    rank = q * growing[-1]
    place = next(place for place, count in enumerate(growing) if count >= rank or place == len(bounds) - 1)
    return _within(bounds, growing, place, rank)


def _within(bounds: list[float], counts: list[float], place: int, rank: float) -> float:
    if place == len(bounds) - 1:
        return bounds[-2]
    if place == 0 and bounds[0] <= 0:
        return bounds[0]
    below, lower = (counts[place - 1], bounds[place - 1]) if place else (0.0, 0.0)
    if counts[place] == below:
        return math.nan
    return lower + (bounds[place] - lower) * ((rank - below) / (counts[place] - below))


def _growing(counts: list[float]) -> list[float]:
    grown = counts[:1]
    for count in counts[1:]:
        close = abs(count - grown[-1]) <= SMALL * (abs(count) + abs(grown[-1]))
        grown.append(grown[-1] if close else max(count, grown[-1]))
    return grown


def _bound(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
