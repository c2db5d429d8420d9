"""The port's questions about metrics, answered by Prometheus."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, timedelta
from itertools import accumulate, pairwise
from typing import Any

from whodunit.telemetry import metric_promql
from whodunit.telemetry.answers import (
    Buckets,
    Exemplar,
    Exemplars,
    MetricInfo,
    MetricList,
    Number,
    Numbers,
    Plot,
    Series,
)
from whodunit.telemetry.number_unit import number_unit
from whodunit.telemetry.prometheus_names import Metric, label_name
from whodunit.telemetry.promql import duration, label
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.telemetry.stack import names
from whodunit.telemetry.stack.links import Links
from whodunit.telemetry.stack.prometheus import Prometheus, Sample, value
from whodunit.telemetry.vocabulary import METRICS

_EXEMPLARS = 5
_AROUND = timedelta(minutes=5)
"""The time before a number's window that a page shows as well."""


class Metrics:
    """Numbers, plots and lists of metrics; raises TelemetryError."""

    def __init__(self, prometheus: Prometheus, links: Links) -> None:
        self._prometheus = prometheus
        self._links = links

    def number(self, query: MetricQuery, window: Window) -> Number:
        metric = self._metric(query)
        expression = metric_promql.number(metric, query, window.seconds)
        points = int(self._prometheus.scalar(metric_promql.points(metric, query, window.seconds), window.end) or 0)
        return Number(
            self._prometheus.scalar(expression, window.end) if points else None,
            points,
            self._exemplars(metric, query, window) if points else (),
            _at_the_end(expression, window),
            self._links.metric(expression, Window(window.start - _AROUND, window.end)),
        )

    def measure(self, asked: Sequence[tuple[MetricQuery, Window]]) -> Numbers:
        expressions = [metric_promql.number(self._metric(query), query, window.seconds) for query, window in asked]
        values = [
            self._prometheus.scalar(expression, window.end)
            for expression, (_, window) in zip(expressions, asked, strict=True)
        ]
        return Numbers(values, "\n".join(expressions))

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str]) -> Plot:
        """The number per step of time; a step's value is the expression's at the step's end."""
        metric = self._metric(query)
        expression = metric_promql.number(metric, query, step_s, by)
        series = self._lines(expression, window, step_s, by)
        drawn = sorted(
            (line for line in series if any(value is not None for value in line.values)),
            key=lambda line: [line.attributes.get(key, "") for key in by],
        )
        unit = number_unit(query.statistic, metric.kind, metric.unit)
        return Plot(unit, drawn, expression, self._links.metric(expression, window))

    def buckets(self, query: MetricQuery, window: Window, step_s: float) -> Buckets:
        """The growth of each bucket per step; Prometheus counts with each those below it, which are taken off."""
        metric = self._metric(query)
        expression = metric_promql.buckets(metric, query, step_s)
        upto = {float(series.attributes["le"]): series for series in self._lines(expression, window, step_s, ["le"])}
        bounds = sorted(upto)
        times = upto[bounds[0]].times if bounds else ()
        # Processes may have other buckets than one another, which then are not counted with those above.
        reached = ([upto[bound].values[step] or 0.0 for bound in bounds] for step in range(len(times)))
        totals = [accumulate(row, max) for row in reached]
        counts = [[total - below for below, total in pairwise([0.0, *row])] for row in totals]
        return Buckets(metric.unit, bounds, times, counts, expression, self._links.metric(expression, window))

    def exemplars(self, query: MetricQuery, window: Window, step_s: float) -> Exemplars:
        """Of each step of time the largest measurement that tells its trace."""
        series = metric_promql.exemplars(self._metric(query), query)
        largest: dict[float, Exemplar] = {}
        for each in self._prometheus.exemplars(series, window):
            step = (each.time - window.start).total_seconds() // step_s
            if each.trace_id and (step not in largest or each.value > largest[step].value):
                largest[step] = each
        return Exemplars(sorted(largest.values(), key=lambda each: each.time), f"# its exemplars\n{series}")

    def names(self) -> Sequence[str]:
        return [metric.name for metric in names.metrics(self._prometheus.series_names())]

    def listed(self, window: Window) -> MetricList:
        expression = _with_points(window)
        series = self._prometheus.vector(expression, window.end)
        known = {metric.series: metric for metric in names.metrics(self._prometheus.series_names())}
        by_metric: dict[str, list[Sample]] = {}
        for each in series:
            if each.labels["__name__"] in known:
                by_metric.setdefault(each.labels["__name__"], []).append(each)
        found = [_info(known[name], samples) for name, samples in by_metric.items()]
        return MetricList(sorted(found, key=lambda info: info.name), _at_the_end(expression, window))

    def releases(self, window: Window) -> Mapping[str, Sequence[str]]:
        found = self._prometheus.vector(_with_release(window), window.end)
        pairs = sorted((each.labels["service_name"], each.labels["service_version"]) for each in found)
        services = dict.fromkeys(service for service, _ in pairs)
        return {service: [release for of, release in pairs if of == service] for service in services}

    def _lines(self, expression: str, window: Window, step_s: float, by: Sequence[str]) -> list[Series]:
        """The expression at the end of each step."""
        steps = max(1, int(-(-window.seconds // step_s)))
        first = window.start + timedelta(seconds=step_s)
        found = self._prometheus.matrix(expression, first, first + timedelta(seconds=step_s * (steps - 1)), step_s)
        return [_line(each, window, step_s, steps, by) for each in found]

    def _metric(self, query: MetricQuery) -> Metric:
        known = METRICS.get(query.name) or names.find(query.name, self._prometheus.series_names())
        return known or _unreported(query)

    def _exemplars(self, metric: Metric, query: MetricQuery, window: Window) -> Sequence[str]:
        found = self._prometheus.exemplars(metric_promql.exemplars(metric, query), window)
        found.sort(key=lambda each: each.value, reverse=True)
        slowest_first = (each.trace_id for each in found if each.trace_id)
        return list(dict.fromkeys(slowest_first))[:_EXEMPLARS]


def _unreported(query: MetricQuery) -> Metric:
    """A metric that no service has reported yet: it has no points."""
    measured = query.statistic in {Statistic.PERCENTILE, Statistic.MEAN, Statistic.COUNT}
    return Metric(query.name, label_name(query.name), "histogram" if measured else "sum", monotonic=False, unit="")


def _at_the_end(expression: str, window: Window) -> str:
    return f"# at {window.end.astimezone(UTC).isoformat(timespec='milliseconds')}\n{expression}"


def _with_points(window: Window) -> str:
    """Every series that counts points, with its labels."""
    return f'last_over_time({{service_name!="", __name__!~".+:.+|.+_(bucket|sum)"}}[{duration(window.seconds)}])'


def _with_release(window: Window) -> str:
    """One series for each release of a service: every process tells of itself by metrics of these names."""
    of_processes = '{service_version!="", __name__=~"process_.+"}'
    return f"group by (service_name, service_version) (last_over_time({of_processes}[{duration(window.seconds)}]))"


def _line(found: Mapping[str, Any], window: Window, step_s: float, steps: int, by: Sequence[str]) -> Series:
    times = [window.start + timedelta(seconds=step_s * step) for step in range(steps)]
    values: list[float | None] = [None] * steps
    for at, text in found["values"]:
        step = round((float(at) - window.start.timestamp()) / step_s) - 1
        values[step] = value(text)
    labels = found["metric"]
    keys = {key: labels[label(key)] for key in by if labels.get(label(key))}
    return Series(keys, times, values)


def _info(metric: Metric, samples: Iterable[Sample]) -> MetricInfo:
    labels = [sample.labels for sample in samples]
    keys = {names.attribute(key) for each in labels for key in each if key not in names.RESOURCE_LABELS}
    return MetricInfo(
        metric.name,
        metric.kind,
        metric.monotonic,
        metric.unit,
        tuple(sorted({each["service_name"] for each in labels})),
        tuple(sorted(keys)),
    )
