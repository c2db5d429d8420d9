"""Metrics in PromQL, with the meaning that the embedded store gives to a window.

Counters and histograms lie in Prometheus as totals that each process exports every few seconds. An increase is the last
total within the window less the last one before it: whole numbers, as they were exported. `increase()` would
stretch them to the ends of the window, and miss what a counter counted before its first export, which here
begins at zero. A restarted process is a new series (its `instance` is new), so that no total ever falls.

Grafana chooses the window of a line that it draws, so its length is not known here. There, and only there, growth is
Prometheus' `rate()`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from whodunit.telemetry.port import TelemetryError, UnanswerableError
from whodunit.telemetry.prometheus_names import Metric
from whodunit.telemetry.promql import SERVICE, duration, label, selector
from whodunit.telemetry.questions import RELEASE, MetricQuery, Statistic

BEFORE = "1h"
"""The time in which the total before a window is searched: as long as telemetry may have been away."""

LEAST_S = 0.001
"""A window without length is asked as one of a millisecond."""


def number(metric: Metric, query: MetricQuery, seconds: float, by: Sequence[str] = ()) -> str:
    """The expression that, evaluated at a window's end, gives the query's number over its `seconds`."""
    return _written(metric, query, _Exact(max(seconds, LEAST_S)), by)


def line(metric: Metric, query: MetricQuery, window: str, by: Sequence[str] = ()) -> str:
    """The expression for a line on a page that fills in `window`, a variable; counts are only drawn as rates."""
    if query.statistic in {Statistic.COUNT, Statistic.INCREASE}:
        raise UnanswerableError(f"The length of {window} is not known: draw the rate of {metric.name}.")
    return _written(metric, query, _Variable(window), by)


def points(metric: Metric, query: MetricQuery, seconds: float) -> str:
    """The number of data points in the window."""
    return f"sum(count_over_time({selector(metric.series, query.service, query.where)}[{duration(seconds)}]))"


def buckets(metric: Metric, query: MetricQuery, seconds: float) -> str:
    """The growth of each bucket over `seconds`, by its upper end `le`; each counts those below it as well."""
    asked = _Asked(metric, query, _Exact(seconds))
    return _sum(asked.window.growth(asked.part("_bucket")), ["le"])


def predicted(metric: Metric, query: MetricQuery, seconds: float, ahead_s: float) -> str:
    """The level of a gauge so long from now, by a line through its points of the last `seconds`."""
    asked = _Asked(metric, query, _Exact(seconds))
    return _of_newest(asked, f"predict_linear({asked.over}, {ahead_s:g})", [])


def exemplars(metric: Metric, query: MetricQuery) -> str:
    """The series that carry the metric's exemplars."""
    family = f"{metric.family}_bucket" if metric.kind == "histogram" else metric.family
    return selector(family, query.service, query.where)


def increase(series: str, window: str) -> str:
    """The growth of each series' total within the window that ends now."""
    last = f"last_over_time({series}[{window}])"
    return f"{last}\n  - (last_over_time({series}[{BEFORE}] offset {window})\n    or 0 * {last})"


def quantile(q: float, buckets: str, window: str, by: Sequence[str] = ()) -> str:
    """A quantile of what was measured within the window."""
    return _quantile(q, increase(buckets, window), by)


class _Window(Protocol):
    @property
    def text(self) -> str:
        """The window as PromQL has it between brackets."""
        ...

    def growth(self, series: str) -> str:
        """The growth of each series' total within the window."""
        ...

    def per_second(self, growth: str) -> str:
        """The growth as a rate."""
        ...


@dataclass(frozen=True)
class _Exact:
    seconds: float

    @property
    def text(self) -> str:
        return duration(self.seconds)

    def growth(self, series: str) -> str:
        return increase(series, self.text)

    def per_second(self, growth: str) -> str:
        return f"{growth} / {self.seconds:.10g}"


@dataclass(frozen=True)
class _Variable:
    text: str

    def growth(self, series: str) -> str:
        return f"rate({series}[{self.text}])"

    def per_second(self, growth: str) -> str:
        return growth


@dataclass(frozen=True)
class _Asked:
    """The series of one metric that a query asks for, in a window."""

    metric: Metric
    query: MetricQuery
    window: _Window

    def part(self, suffix: str, *more: str) -> str:
        return selector(self.metric.family + suffix, self.query.service, self.query.where, *more)

    @property
    def counted(self) -> str:
        return selector(self.metric.series, self.query.service, self.query.where)

    @property
    def over(self) -> str:
        return f"{self.counted}[{self.window.text}]"


def _written(metric: Metric, query: MetricQuery, window: _Window, by: Sequence[str]) -> str:
    kind = "histogram" if metric.kind == "histogram" else "other"
    written = _WRITTEN.get((query.statistic, kind))
    if written is None:
        raise UnanswerableError(
            f"Prometheus keeps no {query.statistic} of {metric.name}, a {metric.kind}: only counts, sums and buckets."
        )
    return written(_Asked(metric, query, window), [label(key) for key in by])


_Writer = Callable[[_Asked, Sequence[str]], str]


def _percentile(asked: _Asked, by: Sequence[str]) -> str:
    percent = asked.query.percentile
    if percent is None or not 0 <= percent <= 100:
        raise TelemetryError(f"{asked.query.name}: a percentile lies between 0 and 100, not {percent}.")
    return _quantile(percent / 100, asked.window.growth(asked.part("_bucket")), by)


def _mean(asked: _Asked, by: Sequence[str]) -> str:
    total, count = (_sum(asked.window.growth(asked.part(part)), by) for part in ("_sum", "_count"))
    return f"{total}\n/ {count}"


def _count(asked: _Asked, by: Sequence[str]) -> str:
    longer_than_s = asked.query.longer_than_s
    if longer_than_s is None:
        return _increase(asked, by)
    others = asked.window.growth(asked.part("_bucket", _bound(longer_than_s)))
    return f"{_increase(asked, by)}\n- {_sum(others, by)}"


def _increase(asked: _Asked, by: Sequence[str]) -> str:
    return _sum(asked.window.growth(asked.counted), by)


def _rate(asked: _Asked, by: Sequence[str]) -> str:
    return asked.window.per_second(_increase(asked, by))


def _last(asked: _Asked, by: Sequence[str]) -> str:
    return _of_newest(asked, f"last_over_time({asked.over})", by)


def _rise(asked: _Asked, by: Sequence[str]) -> str:
    return _of_newest(asked, f"(last_over_time({asked.over}) - min_over_time({asked.over}))", by)


def _of_newest(asked: _Asked, level: str, by: Sequence[str]) -> str:
    """The `level` of each series, summed; of a service (or of each release), only the newest process counts."""
    of = ", ".join([SERVICE, *(each for each in by if each == label(RELEASE))])
    newest = f"topk by ({of}) (1, max by ({of}, instance) (timestamp({asked.counted})))"
    return _sum(f"{level}\n  and on ({of}, instance) {newest}", by)


def _max(asked: _Asked, by: Sequence[str]) -> str:
    return f"max{_by(by)}(max_over_time({asked.over}))"


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


def _quantile(q: float, buckets: str, by: Sequence[str]) -> str:
    return f"histogram_quantile({q:.10g}, {_sum(buckets, ['le', *by])})"


def _sum(expression: str, by: Sequence[str]) -> str:
    inner = f"\n  {expression}\n" if "\n" in expression else expression
    return f"sum{_by(by)}({inner})"


def _bound(seconds: float) -> str:
    # Whole numbers are written 10 or 10.0, depending on who wrote them.
    return f'le="{seconds:g}"' if seconds % 1 else f'le=~"{seconds:g}([.]0)?"'


def _by(labels: Sequence[str]) -> str:
    return f" by ({', '.join(labels)}) " if labels else ""
