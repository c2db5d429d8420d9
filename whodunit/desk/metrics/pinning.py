"""What of a plot can be pinned: its number over the window, and that of each of its lines."""

from collections.abc import Sequence
from dataclasses import replace

from whodunit.desk.mystery.notebook import Pinnable, titled
from whodunit.telemetry.answers import Plot
from whodunit.telemetry.citation import evidence_of_number
from whodunit.telemetry.questions import MetricQuery, Window
from whodunit.views.clock_time import to_the_second
from whodunit.views.metric_plot import largest
from whodunit.views.metric_statistic import Choice


def pinnable(query: MetricQuery, plot: Plot, choice: Choice, window: Window) -> Sequence[Pinnable]:
    """The number that a plot is of, then its lines, where it has several."""
    return [_of(each, choice, window) for each in (query, *_lines(query, plot))]


def _lines(query: MetricQuery, plot: Plot) -> list[MetricQuery]:
    """The questions of which the answers are the lines that are drawn."""
    attributes = [dict(each.attributes) for each in largest(plot.series, lambda series: series) if each.attributes]
    services = [each.pop("service", query.service) for each in attributes]
    return [
        replace(query, service=service, where={**query.where, **each})
        for service, each in zip(services, attributes, strict=True)
    ]


def _of(query: MetricQuery, choice: Choice, window: Window) -> Pinnable:
    of = [str(each) for each in (query.service, *query.where.values()) if each]
    time = f"{to_the_second(window.start)} to {to_the_second(window.end)}"
    title = titled(choice.caption, "of", query.name, *of, time)
    return Pinnable(evidence_of_number(query, window), title, " ".join(of))
