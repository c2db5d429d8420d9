"""Metrics of one service or of all, within a window: the list, and one of them over time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.counted import counted
from whodunit.errors import WrongUseError
from whodunit.legible import one_line
from whodunit.telemetry.answers import MetricInfo
from whodunit.telemetry.citation import MetricCitation
from whodunit.telemetry.kinds import check_attributes
from whodunit.telemetry.questions import Attributes, MetricQuery, Statistic, Window
from whodunit.views import metric_heatmap
from whodunit.views.desk import Desk
from whodunit.views.metric_plot import drawn
from whodunit.views.metric_statistic import Choice, choose
from whodunit.views.not_shown import covered, nothing, unknown_metric
from whodunit.views.output import Style, emit
from whodunit.views.palette import colour
from whodunit.views.windows import Period

_MOST_STEPS = 60
_LEAST_STEP_S = 10  # two exports of the services: a shorter step would miss one now and then
_FEW = 3


@dataclass(frozen=True)
class MetricView:
    """Shows metrics of a window, whose `period` is as it was typed."""

    at: Desk
    window: Window
    period: Period
    service: str | None
    style: Style

    def show_list(self) -> None:
        """Show the metrics that have points."""
        listed = self.at.telemetry.metric_list(self.window)
        found = [metric for metric in listed.metrics if self.service is None or self.service in metric.services]
        later = self.at.later_metrics(service=self.service)
        emit(
            self.style,
            listed.query,
            {"metrics": found, "later": later.count},
            lambda _: later.warned(
                metric_table(found) if found else nothing(self.at, "metrics", self.period, self.service)
            ),
        )

    def show_plot(
        self, name: str, wanted: Choice | None, where: Attributes, by: Sequence[str], *, braille: bool
    ) -> None:
        """Show one metric over time, a line for each combination of `by`; raises WrongUseError.

        With `braille` it is drawn in a pipe as well.
        """
        metric = known_metric(self.at, self.window, self.period, name)
        choice = choose(metric, wanted)
        check_attributes(metric, by)
        query = MetricQuery(name, choice.statistic, self.service, where, choice.percentile)
        plot = self.at.telemetry.plot(query, self.window, step_s(self.window), by)
        if choice.statistic.is_counted:
            plot = replace(plot, series=[series.with_zeros for series in plot.series])
        later = self.at.later_points(query)
        title = " ".join([name, choice.caption, *([f"of {self.service}"] if self.service else [])])
        emit(
            self.style,
            plot.query,
            {
                "metric": name,
                "statistic": choice.caption,
                "unit": plot.unit,
                "series": plot.series,
                "later": later.count,
            },
            lambda screen: later.warned(
                Group(drawn(plot, title, self.window, screen, always=braille), *_cited(query, self.window))
                if plot.series
                else nothing(self.at, f"points of {name} like that", self.period, self.service)
            ),
        )

    def show_heatmap(self, name: str, where: Attributes, *, braille: bool) -> None:
        """Show a histogram's measurements by step and bucket; raises WrongUseError for any other metric."""
        metric = known_metric(self.at, self.window, self.period, name)
        if metric.kind != "histogram":
            raise WrongUseError(f"{name} is no histogram, so it has no heatmap.", "Leave out --heatmap.")
        query = MetricQuery(name, Statistic.COUNT, self.service, where)
        found = self.at.telemetry.buckets(query, self.window, step_s(self.window))
        later = self.at.later_points(query)
        title = " ".join([name, *([f"of {self.service}"] if self.service else [])])
        emit(
            self.style,
            found.query,
            {"metric": name, "unit": found.unit, "cells": metric_heatmap.cells(found), "later": later.count},
            lambda screen: later.warned(
                metric_heatmap.drawn(found, title, self.window, screen, always=braille)
                or nothing(self.at, f"measurements of {name} like that", self.period, self.service)
            ),
        )


def known_metric(at: Desk, window: Window, period: Period, name: str) -> MetricInfo:
    """The metric of that name, if it has points in the window; raises WrongUseError with those that there are."""
    found = next((metric for metric in at.telemetry.metric_list(window).metrics if metric.name == name), None)
    if found is None:
        known = at.telemetry.metric_names()
        if name in known and at.later_metrics(name=name).count:
            raise WrongUseError(f"{name} has only points later than now.", "Set its sender's clock: it is ahead.")
        if name in known:
            further = covered(at.recorded) if at.recorded else "Look further back: --last 2h"
            raise WrongUseError(f"{name} has no points {at.looked_at(period)}.", further)
        raise WrongUseError(f"There is no metric {name}.", unknown_metric(name, known))
    return found


def step_s(window: Window) -> float:
    """The length of a step, in whole milliseconds: equal steps fill the window, since half of one has half a rate."""
    steps = min(_MOST_STEPS, max(1, window.seconds // _LEAST_STEP_S))
    return ceil(1000 * window.seconds / steps) / 1000


def _cited(query: MetricQuery, window: Window) -> list[Text]:
    """The line by which the number can be cited."""
    citation = MetricCitation.of(query, window)
    if citation is None:
        return []
    other = "" if citation.query.statistic is query.statistic else f" as a {citation.query.statistic}"
    return [Text(one_line(f"to cite it{other}, in a window after the onset: {citation}"), style="dim")]


def metric_table(metrics: Sequence[MetricInfo]) -> RenderableType:
    """One line for each metric."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("metric", overflow="fold")
    table.add_column("kind", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("services", overflow="fold", ratio=1)
    for metric in metrics:
        name, unit = Text(one_line(metric.name)), Text(one_line(metric.unit))
        table.add_row(name, Text(_kind(metric), style="dim"), unit, _services(metric.services))
    return Group(table, Text(f"Plot one: whodunit metrics {one_line(metrics[0].name)}", style="dim"))


def _kind(metric: MetricInfo) -> str:
    if metric.kind != "sum":
        return metric.kind
    return "counter" if metric.monotonic else "level"


def _services(names: Sequence[str]) -> Text:
    if len(names) > _FEW:
        return Text(counted(len(names), "service"))
    return Text(" ").join(Text(one_line(name), style=colour(name)) for name in names)
