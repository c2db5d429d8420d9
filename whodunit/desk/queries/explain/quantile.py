"""Quantiles from cumulative buckets, as Prometheus calculates them, and how one comes about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isinf

from promql_parser import Call, Expr

from whodunit.desk.queries.explain.arithmetic import constant
from whodunit.desk.queries.explain.parts import Found, Labels, Stage
from whodunit.desk.queries.results import number

Bucket = tuple[float, float]
"""Its upper bound, and what was counted up to that."""


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
        """As Prometheus has it: linear within a bucket; of the last, which is open, its lower bound."""
        if isinf(self.upper):
            return self.lower
        return self.lower + (self.upper - self.lower) * (self.rank - self.below) / (self.up_to - self.below)

    @property
    def words(self) -> str:
        """How the value comes about."""
        way = f"{number(self.rank)} of {number(self.total)} is reached"
        if isinf(self.upper):
            return f"{way} beyond the last bound, {number(self.lower)}: the value is that bound."
        return (
            f"{way} in the bucket from {number(self.lower)} to {number(self.upper)}, between {number(self.below)} and "
            f"{number(self.up_to)}: {number(self.lower)} + {number(self.upper - self.lower)} × "
            f"({number(self.rank)} - {number(self.below)}) / ({number(self.up_to)} - {number(self.below)})."
        )


def quantile_of(node: Expr) -> float | None:
    """The quantile that `histogram_quantile()` is asked for; None for another function, or what is no share."""
    if not isinstance(node, Call) or node.func.name != "histogram_quantile":
        return None
    q = constant(node.args[0])
    return q if q is not None and 0 <= q <= 1 else None


def told(stage: Stage) -> str:
    """How the one value of a quantile comes about; empty for all else."""
    q = quantile_of(stage.part.node)
    found = list(quantiles(q, stage.inner[-1]).values()) if q is not None else []
    return found[0].words if len(found) == 1 else ""


def quantiles(q: float, buckets: Found) -> Mapping[Labels, Quantile]:
    """The quantile of each histogram whose buckets are among the series, by the labels beside `le`."""
    histograms: dict[Labels, list[Bucket]] = {}
    for sample in buckets.samples or ():
        bound = _bound(sample.labels.get("le", ""))
        if bound is not None and sample.value is not None:
            rest = tuple(item for item in sample.labels.items() if item[0] != "le")
            histograms.setdefault(rest, []).append((bound, sample.value))
    found = {labels: quantile(q, each) for labels, each in histograms.items()}
    return {labels: each for labels, each in found.items() if each}


def quantile(q: float, buckets: Iterable[Bucket]) -> Quantile | None:
    """The quantile `q` (0 to 1); None when nothing was measured, or the last bucket has a bound."""
    ordered = sorted(buckets)
    if not ordered or ordered[-1][0] != inf or not ordered[-1][1]:
        return None
    total = ordered[-1][1]
    first = (min(ordered[0][0], 0.0), 0.0)
    for (lower, below), (upper, up_to) in pairwise([first, *ordered]):
        if up_to >= q * total and up_to > below:
            return Quantile(q * total, total, lower, upper, below, up_to)
    return None


def _bound(le: str) -> float | None:
    """A bucket's upper bound; None of a label that is no number, which Prometheus leaves out, too."""
    try:
        return float(le)
    except ValueError:
        return None
