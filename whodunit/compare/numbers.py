"""What changed in the metrics: one question for each series, by its service and its attributes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from whodunit.compare.findings import FEWEST_POINTS, Refused
from whodunit.compare.gathering import Query
from whodunit.compare.samples import LEAST_S, Asked, Points, Subject, of_values, too_few
from whodunit.compare.side import Side
from whodunit.telemetry.answers import MetricInfo, Plot, Series
from whodunit.telemetry.citation import evidence_of_number
from whodunit.telemetry.kinds import statistics_of, word
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.telemetry.windows import EXPORTED_EVERY_S

P = 95.0

COMPARED = frozenset({Statistic.PERCENTILE, Statistic.RATE, Statistic.LAST})
"""Of the statistics that a metric has; the others tell of the same."""

LEAST: Mapping[str, float] = {"s": LEAST_S, "By": 5e6, "1": 0.05}
"""A difference that matters, by unit."""

LEAST_OF_OTHERS = 0.2
"""For other units; a second, for counts."""


@dataclass(frozen=True)
class Numbers:
    """The metrics of both windows."""

    before: Side
    after: Side

    def asked(self) -> Iterator[Asked | Refused | Query]:
        """Questions, refusals, and the text of each query; raises TelemetryError."""
        listed = [side.telemetry.metric_list(side.window) for side in (self.before, self.after)]
        yield from (Query(each.query) for each in listed)
        metrics = {metric.name: metric for each in listed for metric in each.metrics}
        for name in sorted(metrics):
            for statistic in statistics_of(metrics[name]):
                if statistic in COMPARED:
                    yield from self._of_metric(metrics[name], statistic)

    def _of_metric(self, metric: MetricInfo, statistic: Statistic) -> Iterator[Asked | Refused | Query]:
        query = MetricQuery(metric.name, statistic, percentile=P if statistic is Statistic.PERCENTILE else None)
        name = f"{metric.name} {word(statistic, query.percentile)}"
        steps = [int(side.window.seconds // EXPORTED_EVERY_S) for side in (self.before, self.after)]
        if min(steps) < FEWEST_POINTS:
            yield from (Refused("metric", service, name, steps[0], steps[1]) for service in metric.services)
            return
        was, now = (
            side.telemetry.plot(query, side.window, EXPORTED_EVERY_S, ["service", *metric.attributes])
            for side in (self.before, self.after)
        )
        yield from (Query(was.query), Query(now.query))
        found = [_Plotted(plot, is_counted=statistic is Statistic.RATE) for plot in (was, now)]
        for key in sorted({key for each in found for key in each.series}):
            yield self._of_series(query, dict(key), now.unit or was.unit, *(each.points(key) for each in found))

    def _of_series(
        self, query: MetricQuery, of: Mapping[str, str], unit: str, before: Points, after: Points
    ) -> Asked | Refused:
        service, where = of.get("service", ""), {key: value for key, value in of.items() if key != "service"}
        narrowed = MetricQuery(query.name, query.statistic, service or None, where, query.percentile)
        labels = f"{{{', '.join(f'{key}={value}' for key, value in where.items())}}}" if where else ""
        subject = Subject("metric", service, f"{query.name}{labels} {word(query.statistic, query.percentile)}", unit)
        least = LEAST.get(unit, LEAST_OF_OTHERS)
        return too_few(subject, before, after) or of_values(
            subject, before, after, partial(_evidence, narrowed, self.after.window), least
        )


Key = tuple[tuple[str, str], ...]
"""The attributes of a series, by name."""


@dataclass(frozen=True)
class _Plotted:
    """A plot by the attributes of its series.

    A count is zero where its service told of the metric, and not of this series: some exporters leave out what stood
    still.
    """

    plot: Plot
    is_counted: bool

    @cached_property
    def series(self) -> Mapping[Key, Series]:
        return {tuple(sorted(series.attributes.items())): series for series in self.plot.series}

    def points(self, key: Key) -> Points:
        values = dict(self._told[dict(key).get("service", "")])
        if key in self.series:
            values |= _known(self.series[key])
        times = sorted(values)
        return Points(times, [values[time] for time in times])

    @cached_property
    def _told(self) -> Mapping[str, Mapping[datetime, float]]:
        """By service, zero at each step at which it told of anything; of what is no count nothing."""
        found: dict[str, dict[datetime, float]] = defaultdict(dict)
        for series in self.plot.series if self.is_counted else ():
            found[series.attributes.get("service", "")] |= dict.fromkeys(_known(series), 0.0)
        return found


def _known(series: Series) -> dict[datetime, float]:
    return {time: value for time, value in zip(series.times, series.values, strict=True) if value is not None}


def _evidence(query: MetricQuery, window: Window) -> str:
    return evidence_of_number(query, window) or ""
