"""Which number of a metric to plot: what was asked for, or what its kind is usually read by."""

from dataclasses import dataclass

from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import MetricInfo
from whodunit.telemetry.questions import Statistic

_SENSIBLE = {
    "histogram": (Statistic.PERCENTILE, Statistic.MEAN, Statistic.RATE, Statistic.COUNT, Statistic.MAX),
    "counter": (Statistic.RATE, Statistic.INCREASE),
    "gauge": (Statistic.LAST, Statistic.MAX),
}
_OPTIONS = {
    Statistic.PERCENTILE: "--p 95",
    Statistic.MEAN: "--mean",
    Statistic.RATE: "--rate",
    Statistic.COUNT: "--count",
    Statistic.INCREASE: "--increase",
    Statistic.LAST: "--value",
    Statistic.MAX: "--max",
}
_USUAL_PERCENTILE = 95.0


@dataclass(frozen=True)
class Choice:
    """A statistic, its percentile if it is one, and its name in a caption."""

    statistic: Statistic
    percentile: float | None = None

    @property
    def caption(self) -> str:
        """Such as `p95`, `mean` or `rate`."""
        if self.statistic is Statistic.LAST:
            return "value"
        return f"p{self.percentile:g}" if self.percentile is not None else self.statistic.value

    def unit(self, metric: MetricInfo) -> str:
        """The unit of the result."""
        things = "{measurement}" if metric.kind == "histogram" else metric.unit
        if self.statistic is Statistic.RATE:
            return f"{things}/s"
        return things if self.statistic is Statistic.COUNT else metric.unit


def choose(metric: MetricInfo, asked: Statistic | None, percentile: float | None) -> Choice:
    """What to plot; raises WrongUseError when the metric cannot be read that way."""
    sensible = _SENSIBLE["counter" if metric.kind == "sum" and metric.monotonic else _kind(metric)]
    statistic = asked or (Statistic.PERCENTILE if percentile is not None else sensible[0])
    if statistic not in sensible:
        options = ", ".join(_OPTIONS[each] for each in sensible)
        raise WrongUseError(f"{metric.name} is a {metric.kind}: it has no {statistic.value}.", f"It has: {options}")
    if statistic is Statistic.PERCENTILE:
        return Choice(statistic, _USUAL_PERCENTILE if percentile is None else percentile)
    return Choice(statistic)


def _kind(metric: MetricInfo) -> str:
    return metric.kind if metric.kind in _SENSIBLE else "gauge"
