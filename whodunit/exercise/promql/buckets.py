"""`histogram_quantile` of classic histograms (promql/quantile.go)."""

import math
from collections.abc import Mapping

from whodunit.exercise.promql.matching import Vector, without_name
from whodunit.exercise.promql.series import Labels
from whodunit.telemetry import bucket_quantile

LE = "le"


def quantiles(q: float, counts: Vector) -> Vector:
    """The quantile of each histogram among the series, by the labels beside the bound and the name."""
    histograms: dict[Labels, dict[float, float]] = {}
    for labels, count in counts.items():
        bound = bucket_quantile.bound(dict(labels).get(LE, ""))
        if bound is not None:
            rest = tuple(pair for pair in without_name(labels) if pair[0] != LE)
            members = histograms.setdefault(rest, {})
            members[bound] = members.get(bound, 0.0) + count
    return {labels: quantile(q, members) for labels, members in histograms.items()}


def quantile(q: float, counts: Mapping[float, float]) -> float:
    """The quantile by the buckets' counts; NaN where it is not known, and beyond all bounds where `q` is no share."""
    if not 0 <= q <= 1:
        return math.nan if math.isnan(q) else math.copysign(math.inf, q)
    found = bucket_quantile.quantile(q, counts)
    return found.value if found else math.nan
