"""The kinds of metrics, the statistics that each has, and their names for people."""

from collections.abc import Mapping, Sequence
from typing import Literal

from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import MetricInfo
from whodunit.telemetry.questions import RELEASE, Statistic

Kind = Literal["histogram", "counter", "gauge"]

STATISTICS: Mapping[Kind, Sequence[Statistic]] = {
    "histogram": (Statistic.PERCENTILE, Statistic.MEAN, Statistic.RATE, Statistic.COUNT, Statistic.MAX),
    "counter": (Statistic.RATE, Statistic.INCREASE),
    "gauge": (Statistic.LAST, Statistic.MAX),
}
"""Those that say something, the usual one first."""

WORDS: Mapping[Statistic, str] = {each: each.value for each in Statistic} | {Statistic.LAST: "value"}


def kind_of(metric: MetricInfo) -> Kind:
    """The kind that decides; a sum that may fall is a gauge."""
    if metric.kind == "sum":
        return "counter" if metric.monotonic else "gauge"
    return "histogram" if metric.kind == "histogram" else "gauge"


def statistics_of(metric: MetricInfo) -> Sequence[Statistic]:
    """The statistics that a metric of its kind has, the usual one first."""
    return STATISTICS[kind_of(metric)]


def check_attributes(metric: MetricInfo, keys: Sequence[str]) -> None:
    """Raises WrongUseError, with the attributes that the metric has, if one of `keys` is not among them."""
    known = ["service", RELEASE, *metric.attributes]
    for key in keys:
        if key not in known:
            raise WrongUseError(f"{metric.name} has no attribute {key}.", f"It has: {', '.join(known)}")


def word(statistic: Statistic, percentile: float | None = None) -> str:
    """Such as `p95`, `value` or `rate`."""
    return WORDS[statistic] if percentile is None else f"p{percentile:g}"
