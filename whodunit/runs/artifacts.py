"""Telemetry of a run drawn as text, so that it can be read when the store has deleted it."""

from datetime import datetime, timedelta

from rich.console import Console, RenderableType

from whodunit.incident.metric_check import MetricCheck
from whodunit.incident.model import Scenario
from whodunit.incident.result import ScenarioResult
from whodunit.incident.wording import what
from whodunit.runs.exhibits import BEFORE, HEIGHT, STEP_S, headline, notable, telling_trace
from whodunit.telemetry.port import Telemetry, TelemetryError
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.trace_tree import extent
from whodunit.terminal import Screen
from whodunit.views.log_lines import log_line
from whodunit.views.metric_plot import metric_plot
from whodunit.views.waterfall import waterfall

WIDTH = 110
MOST_LINES = 40
FEW_LINES = 3
FIRST = timedelta(seconds=10)
PLOT_FILE, TRACE_FILE, LOGS_FILE = "plot.txt", "trace.txt", "logs.txt"


def artifacts(telemetry: Telemetry, scenario: Scenario, result: ScenarioResult) -> dict[str, str]:
    """A plot of the headline metric over the whole run, the telling trace, and its log lines, by file name.

    Those that were not found are left out; without such a trace, the lines are the first that the checks match.
    """
    expected = result.phase("expect")
    if expected is None:
        return {}
    metric, trace_id = headline(scenario, expected), telling_trace(expected)
    end = result.started + timedelta(seconds=result.seconds)
    try:
        plot = _plotted(telemetry, metric, Window(expected.started - BEFORE, end)) if metric else {}
        return plot | (_drawn(telemetry, trace_id) if trace_id else _lines(telemetry, scenario, expected.started))
    except TelemetryError:
        return {}


def _plotted(telemetry: Telemetry, metric: MetricCheck, window: Window) -> dict[str, str]:
    plot = telemetry.plot(metric.query(), window, STEP_S)
    if not plot.series:
        return {}
    return {PLOT_FILE: _text(_screen(), metric_plot(plot, what(metric), window, WIDTH, HEIGHT))}


def _drawn(telemetry: Telemetry, trace_id: str) -> dict[str, str]:
    spans = telemetry.trace(trace_id).sample
    if not spans:  # a backend that keeps the newest traces only has forgotten it meanwhile
        return {}
    time = extent(spans)
    window = Window(time.start, time.end + timedelta(minutes=1))
    records = telemetry.logs(LogQuery(trace_id=trace_id), window, MOST_LINES).sample
    screen = _screen()
    return {
        TRACE_FILE: _text(screen, waterfall(notable(spans), (), WIDTH)),
        LOGS_FILE: _text(screen, *(log_line(record, screen) for record in records)),
    }


def _lines(telemetry: Telemetry, scenario: Scenario, since: datetime) -> dict[str, str]:
    window, checks = Window(since, since + FIRST), scenario.expect.logs
    found = [record for check in checks for record in telemetry.logs(check.query(), window, FEW_LINES).sample]
    screen = _screen()
    lines = [log_line(record, screen) for record in sorted(found, key=lambda record: record.time)]
    return {LOGS_FILE: _text(screen, *lines)} if lines else {}


def _screen() -> Console:
    return Screen(width=WIDTH, no_color=True, force_terminal=False)


def _text(screen: Console, *drawings: RenderableType) -> str:
    with screen.capture() as captured:
        for drawing in drawings:
            screen.print(drawing, soft_wrap=True)
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())
