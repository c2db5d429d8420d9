"""The few kinds of line that panels are made of."""

from whodunit.panels.panel import Line
from whodunit.telemetry.questions import Conditions, MetricQuery, Names, Statistic

EVERYTHING: Conditions = {}


def rate(metric: str, legend: str, *by: str, service: Names | None = None, where: Conditions = EVERYTHING) -> Line:
    """Events or measurements per second."""
    return Line(MetricQuery(metric, Statistic.RATE, service, where), legend, by)


def percentile(
    percent: float,
    histogram: str,
    legend: str,
    *by: str,
    service: Names | None = None,
    where: Conditions = EVERYTHING,
    exemplars: bool = False,
) -> Line:
    """The value that `percent` of the measurements stay below."""
    return Line(MetricQuery(histogram, Statistic.PERCENTILE, service, where, percent), legend, by, exemplars)


def mean(histogram: str, legend: str, *, service: Names | None = None) -> Line:
    """The average measurement."""
    return Line(MetricQuery(histogram, Statistic.MEAN, service), legend)


def level(gauge: str, legend: str, *by: str, service: Names | None = None, where: Conditions = EVERYTHING) -> Line:
    """The sum over its series."""
    return Line(MetricQuery(gauge, Statistic.LAST, service, where), legend, by)
