"""Quantiles from cumulative buckets, and how one comes about."""

from collections.abc import Mapping
from math import isinf

from promql_parser import Call, Expr

from whodunit.desk.queries.explain.arithmetic import constant
from whodunit.desk.queries.explain.parts import Found, Labels, Stage
from whodunit.desk.queries.results import number
from whodunit.telemetry.bucket_quantile import Quantile, bound, quantile


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
    return words(found[0]) if len(found) == 1 else ""


def quantiles(q: float, buckets: Found) -> Mapping[Labels, Quantile]:
    """The quantile of each histogram whose buckets are among the series, by the labels beside `le`."""
    histograms: dict[Labels, dict[float, float]] = {}
    for sample in buckets.samples or ():
        upper = bound(sample.labels.get("le", ""))
        if upper is not None and sample.value is not None:
            rest = tuple(item for item in sample.labels.items() if item[0] != "le")
            counts = histograms.setdefault(rest, {})
            counts[upper] = counts.get(upper, 0.0) + sample.value
    found = {labels: quantile(q, each) for labels, each in histograms.items()}
    return {labels: each for labels, each in found.items() if each}


def words(found: Quantile) -> str:
    """How a value comes about."""
    rank, lower, upper = number(found.rank), number(found.lower), number(found.upper)
    below, up_to = number(found.below), number(found.up_to)
    way = f"{rank} of {number(found.total)} is reached"
    if isinf(found.upper):
        return f"{way} beyond the last bound, {lower}: the value is that bound."
    return (
        f"{way} in the bucket from {lower} to {upper}, between {below} and {up_to}: "
        f"{lower} + {number(found.upper - found.lower)} × ({rank} - {below}) / ({up_to} - {below})."
    )
