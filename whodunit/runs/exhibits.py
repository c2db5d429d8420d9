"""The way from a symptom to its cause: a metric, a trace that it points to, the log lines of that trace.

Each is shown with the query that found it, and the command that shows it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from whodunit.incident.metric_check import MetricCheck
from whodunit.incident.model import Scenario
from whodunit.incident.query_text import language
from whodunit.incident.result import PhaseResult
from whodunit.incident.wording import what
from whodunit.telemetry.answers import Span
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.views.log_lines import log_line
from whodunit.views.metric_plot import metric_plot
from whodunit.views.waterfall import waterfall

BEFORE = timedelta(seconds=30)
STEP_S = 5.0
NOTABLE_SHARE = 0.01
MOST_LINES = 30
HEIGHT = 9


@dataclass(frozen=True)
class Exhibits:
    """Shows evidence on a console."""

    console: Console
    telemetry: Telemetry

    def metric(self, check: MetricCheck, started: datetime, now: datetime) -> None:
        """Show a metric over time, from half a minute before the phase."""
        window = Window(started - BEFORE, now)
        plot = self.telemetry.plot(check.query(), window, STEP_S)
        if plot.series:
            self.console.print(metric_plot(plot, what(check), window, min(self.console.width, 100), HEIGHT))
        self.command(_metrics_command(check))
        self.query(plot.query, plot.link)

    def trace(self, trace_id: str) -> None:
        """Show a trace as a waterfall, without the spans too short to matter."""
        found = self.telemetry.trace(trace_id)
        spans = notable(found.sample)
        if spans:
            self.console.print(waterfall(spans, (), self.console.width))
        self.command(f"whodunit trace {trace_id}")
        self.query(found.query, found.link)

    def logs(self, trace_id: str, window: Window) -> None:
        """Show the warnings, errors and retries that the services logged in that trace."""
        found = self.telemetry.logs(LogQuery(trace_id=trace_id), window, MOST_LINES)
        for record in found.sample:
            if record.severity in {"ERROR", "WARN"} or "etry" in record.body:
                self.console.print(log_line(record, self.console), soft_wrap=True)
        self.command(f"whodunit logs --trace {trace_id}")
        self.query(found.query, found.link)

    def healthy(self, phase: PhaseResult) -> None:
        """Show the checks that stayed healthy."""
        for check in phase.checks:
            self.console.print(f"  [green]✓[/] {escape(check.title)}: {escape(check.message)}")
        if phase.checks:
            self.query(phase.checks[0].query, phase.checks[0].link)

    def command(self, text: str) -> None:
        """Show the command that gives the same view."""
        self.console.print(f"[dim]see it again:[/] [bold]{escape(text)}[/]")

    def query(self, query: str, link: str = "") -> None:
        """Show a query, ready to be run by hand, and the page with its answer, where there is one."""
        self.console.print("[dim]found by[/]")
        drawn = Syntax(query, language(query), background_color="default", word_wrap=True)
        self.console.print(Padding(drawn, (0, 2)))
        if link:
            # An address of Grafana Explore has the whole query in it: the terminal shows its beginning, and opens all.
            page = Text(link.partition("?")[0], style=Style(link=link))
            self.console.print(Text.assemble(("open it: ", "dim"), page), soft_wrap=True)


def notable(spans: Sequence[Span]) -> list[Span]:
    """Failed spans and those that took a share of the trace's time, with their ancestors."""
    longest = max((span.duration_s for span in spans), default=0.0)
    by_id = {span.span_id: span for span in spans}
    kept: set[str] = set()
    for span in spans:
        if span.status == "error" or span.duration_s >= NOTABLE_SHARE * longest:
            step: Span | None = span
            while step is not None and step.span_id not in kept:
                kept.add(step.span_id)
                step = by_id.get(step.parent_span_id or "")
    return [span for span in spans if span.span_id in kept]


def headline(scenario: Scenario, phase: PhaseResult) -> MetricCheck | None:
    """The first expected metric that was seen."""
    seen = {check.id for check in phase.checks if check.passed}
    return next((check for check in scenario.expect.metrics if check.id in seen), None)


def telling_trace(phase: PhaseResult) -> str | None:
    """The trace behind the last expected span that was seen, or else log line: the one that shows most of the way."""
    for signal in ("span", "log"):
        proofs = [check.proof[0] for check in phase.checks if check.signal == signal and check.passed and check.proof]
        traces = [proof["trace_id"] for proof in proofs if proof.get("trace_id")]
        if traces:
            return str(traces[-1])
    return None


def _metrics_command(check: MetricCheck) -> str:
    words = ["whodunit metrics", check.name]
    words += [f"--service {check.service}"] if check.service else []
    words += [f"--p {check.p:g}"] if check.p is not None else [f"--{check.statistic.value}"]
    return " ".join([*words, *(f"--where {key}={value}" for key, value in check.where.items())])
