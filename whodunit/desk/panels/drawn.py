"""A panel's answer: its lines by their legends, and the queries behind them."""

from collections.abc import Iterator
from functools import partial
from string import Formatter

from whodunit.desk.plots import Drawing, drawing
from whodunit.desk.pool import together
from whodunit.panels.panel import Line, Panel
from whodunit.telemetry.answers import Plot, Series
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window
from whodunit.views.metric_view import step_s


def drawn(telemetry: Telemetry, panel: Panel, window: Window) -> tuple[Drawing, str]:
    """The panel over a window; raises TelemetryError."""
    step = step_s(window)
    plots: list[Plot] = together(*(partial(telemetry.plot, line.query, window, step, line.by) for line in panel.lines))
    named = list(_named(panel, plots))
    query = ";\n\n".join(plot.query for plot in plots)
    return drawing(panel.unit, window, named, limit=panel.limit, stacked=panel.stacked), query


def _named(panel: Panel, plots: list[Plot]) -> Iterator[tuple[str, Series]]:
    for line, plot in zip(panel.lines, plots, strict=True):
        for series in plot.series:
            yield legend(line, series), series


def legend(line: Line, series: Series) -> str:
    """The line's name: an attribute in braces stands for its value."""
    parts = Formatter().parse(line.legend)
    return "".join(text + (series.attributes.get(key, "") if key else "") for text, key, _, _ in parts)
