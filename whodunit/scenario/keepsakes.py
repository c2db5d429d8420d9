"""What a recorded run keeps of the telemetry, so that it can be read when the store has forgotten it."""

from datetime import timedelta

from rich.console import Console, RenderableType

from whodunit.scenario.exhibits import notable, telling_trace
from whodunit.scenario.result import ScenarioResult
from whodunit.telemetry.port import LogQuery, Telemetry, TelemetryError, Window
from whodunit.views.log_lines import log_line
from whodunit.views.waterfall import waterfall

WIDTH = 110
MOST_LINES = 40
TRACE_FILE, LOGS_FILE = "trace.txt", "logs.txt"


def keepsakes(telemetry: Telemetry, result: ScenarioResult) -> dict[str, str]:
    """The trace that tells most, and its log lines, by file name; empty when no trace was found."""
    expected = result.phase("expect")
    trace_id = telling_trace(expected) if expected else None
    if trace_id is None:
        return {}
    try:
        return _drawn(telemetry, trace_id)
    except TelemetryError:
        return {}


def _drawn(telemetry: Telemetry, trace_id: str) -> dict[str, str]:
    spans = telemetry.trace(trace_id).sample
    if not spans:  # a backend that keeps the newest traces only has forgotten it meanwhile
        return {}
    start = min(span.start for span in spans)
    window = Window(start, max(span.start + timedelta(seconds=span.duration_s + 60) for span in spans))
    records = telemetry.logs(LogQuery(trace_id=trace_id), window, MOST_LINES).sample
    screen = Console(width=WIDTH, no_color=True, force_terminal=False)
    return {
        TRACE_FILE: _text(screen, waterfall(notable(spans), (), WIDTH)),
        LOGS_FILE: _text(screen, *(log_line(record, screen) for record in records)),
    }


def _text(screen: Console, *drawings: RenderableType) -> str:
    with screen.capture() as captured:
        for drawing in drawings:
            screen.print(drawing, soft_wrap=True)
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())
