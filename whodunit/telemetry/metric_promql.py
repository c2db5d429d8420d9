"""Metrics in PromQL, with the meaning that the embedded store gives to a window.

Counters and histograms lie in Prometheus as totals that each process exports every few seconds. An increase is the last
total within the window less the last one before it: whole numbers, as they were exported. `increase()` would
stretch them to the ends of the window, and miss what a counter counted before its first export, which here
begins at zero. A restarted process is a new series (its `instance` is new), so that no total ever falls.
"""

from collections.abc import Callable, Sequence

from whodunit.telemetry.port import TelemetryError, UnanswerableError
from whodunit.telemetry.prometheus_names import Metric
from whodunit.telemetry.promql import duration, label, selector
from whodunit.telemetry.questions import MetricQuery, Statistic

BEFORE = "1h"
"""The time in which the total before a window is searched: as long as telemetry may have been away."""

LEAST_S = 0.001
"""A window without length is asked as one of a millisecond."""


def number(metric: Metric, query: MetricQuery, seconds: float, by: Sequence[str] = ()) -> str:
    """The expression that, evaluated at a window's end, gives the query's number over its `seconds`."""
    kind = "histogram" if metric.kind == "histogram" else "other"
    written = _WRITTEN.get((query.statistic, kind))
    if written is None:
        raise UnanswerableError(
            f"Prometheus keeps no {query.statistic} of {metric.name}, a {metric.kind}: only counts, sums and buckets."
        )
    return written(_Series(metric, query), max(seconds, LEAST_S), [label(key) for key in by])


def points(metric: Metric, query: MetricQuery, seconds: float) -> str:
    """The number of data points in the window."""
    series = _Series(metric, query)
    return f"sum(count_over_time({series.named(metric.series)}[{duration(seconds)}]))"


def exemplars(metric: Metric, query: MetricQuery) -> str:
    """The series that carry the metric's exemplars."""
    family = f"{metric.family}_bucket" if metric.kind == "histogram" else metric.family
    return _Series(metric, query).named(family)


def increase(series: str, window: str) -> str:
    """The growth of each series' total within the window that ends now."""
    last = f"last_over_time({series}[{window}])"
    return f"{last}\n  - (last_over_time({series}[{BEFORE}] offset {window})\n    or 0 * {last})"


def quantile(q: float, buckets: str, window: str, by: Sequence[str] = ()) -> str:
    """A quantile of what was measured within the window."""
    return f"histogram_quantile({q:.10g}, {_sum(increase(buckets, window), ['le', *by])})"


class _Series:
    """The series of one metric that a query asks for."""

    def __init__(self, metric: Metric, query: MetricQuery) -> None:
        self.metric, self.query = metric, query

    def named(self, name: str, *more: str) -> str:
        return selector(name, self.query.service, self.query.where, *more)

    def part(self, suffix: str, *more: str) -> str:
        return self.named(self.metric.family + suffix, *more)

    @property
    def counted(self) -> str:
        return self.named(self.metric.series)


_Writer = Callable[[_Series, float, Sequence[str]], str]


def _percentile(series: _Series, seconds: float, by: Sequence[str]) -> str:
    percent = series.query.percentile
    if percent is None or not 0 <= percent <= 100:
        raise TelemetryError(f"{series.query.name}: a percentile lies between 0 and 100, not {percent}.")
    return quantile(percent / 100, series.part("_bucket"), duration(seconds), by)


def _mean(series: _Series, seconds: float, by: Sequence[str]) -> str:
    total = _sum(increase(series.part("_sum"), duration(seconds)), by)
    return f"{total}\n/ {_sum(increase(series.part('_count'), duration(seconds)), by)}"


def _count(series: _Series, seconds: float, by: Sequence[str]) -> str:
    longer_than_s = series.query.longer_than_s
    if longer_than_s is None:
        return _increase(series, seconds, by)
    others = increase(series.part("_bucket", _bound(longer_than_s)), duration(seconds))
    return f"{_increase(series, seconds, by)}\n- {_sum(others, by)}"


def _increase(series: _Series, seconds: float, by: Sequence[str]) -> str:
    return _sum(increase(series.counted, duration(seconds)), by)


def _rate(series: _Series, seconds: float, by: Sequence[str]) -> str:
    return f"{_increase(series, seconds, by)} / {seconds:.10g}"


def _last(series: _Series, seconds: float, by: Sequence[str]) -> str:
    return _of_newest(series, f"last_over_time({series.counted}[{duration(seconds)}])", by)


def _rise(series: _Series, seconds: float, by: Sequence[str]) -> str:
    over = f"{series.counted}[{duration(seconds)}]"
    return _of_newest(series, f"(last_over_time({over}) - min_over_time({over}))", by)


def _of_newest(series: _Series, level: str, by: Sequence[str]) -> str:
    """The `level` of each series, summed; of a service that restarted, only the newest process counts."""
    newest = f"topk by (service_name) (1, max by (service_name, instance) (timestamp({series.counted})))"
    return _sum(f"{level}\n  and on (service_name, instance) {newest}", by)


def _max(series: _Series, seconds: float, by: Sequence[str]) -> str:
    return f"max{_by(by)}(max_over_time({series.counted}[{duration(seconds)}]))"


_WRITTEN: dict[tuple[Statistic, str], _Writer] = {
    (Statistic.PERCENTILE, "histogram"): _percentile,
    (Statistic.MEAN, "histogram"): _mean,
    (Statistic.COUNT, "histogram"): _count,
    (Statistic.INCREASE, "histogram"): _increase,
    (Statistic.RATE, "histogram"): _rate,
    (Statistic.INCREASE, "other"): _increase,
    (Statistic.RATE, "other"): _rate,
    (Statistic.LAST, "other"): _last,
    (Statistic.MAX, "other"): _max,
    (Statistic.RISE, "other"): _rise,
}


def _sum(expression: str, by: Sequence[str]) -> str:
    return f"sum{_by(by)}(\n  {expression}\n)"


def _bound(seconds: float) -> str:
    # Whole numbers are written 10 or 10.0, depending on who wrote them.
    return f'le="{seconds:g}"' if seconds % 1 else f'le=~"{seconds:g}([.]0)?"'


def _by(labels: Sequence[str]) -> str:
    return f" by ({', '.join(labels)}) " if labels else ""
