"""A run for people: the phases as they happen, then the evidence step by step."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from whodunit.incident.loader import Case
from whodunit.incident.result import CheckResult, PhaseResult, ScenarioResult
from whodunit.incident.wording import flowing
from whodunit.runner.dashboard import Dashboard, figures
from whodunit.runner.ports import PhaseStart
from whodunit.runner.progress import titled_line
from whodunit.runner.session import Session
from whodunit.runs.exhibits import Exhibits, headline, telling_trace
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import Window

UNPRINTED = "fault"
"""The phase whose result names the cause, which the evidence is to show."""


class Story:
    """Prints a run, on a terminal with a live dashboard."""

    def __init__(self, console: Console, session: Session, case: Case, *, step: bool, reading_s: float = 0.0) -> None:
        """`step` waits for a key after each exhibit; without it, each stands for `reading_s`."""
        self.console, self.session, self.case = console, session, case
        self.exhibits = Exhibits(console, session.telemetry)
        self.step = step and console.is_terminal
        self._reading_s = reading_s if console.is_terminal else 0.0
        self._printed: set[str] = set()
        self._live: Live | None = None
        self._dashboard: Dashboard | None = None
        self.expected: PhaseResult | None = None

    def begin(self) -> None:
        """Print the title and the story, as the person on call hears it."""
        self.console.rule(f"[bold]{escape(self.case.scenario.title)}[/]")
        self.console.print(Text(flowing(self.case.scenario.story)))

    def phase_started(self, phase: PhaseStart) -> None:
        """Print what the phase is about, and start its dashboard."""
        self._printed = set()
        self.console.print(f"\n[bold]▶ {escape(phase.about[:1].upper() + phase.about[1:])}[/]")
        if phase.within_s and self.console.is_terminal:
            self._dashboard = Dashboard(phase)
            self._live = Live(self._dashboard, console=self.console, refresh_per_second=4, transient=True)
            self._live.start()

    def sampled(self, results: Sequence[CheckResult], seconds: float) -> None:
        """Update the dashboard with the checks that are not decided."""
        if self._dashboard:
            open_ = [result for result in results if result.id not in self._printed]
            self._dashboard.update(open_, seconds, figures(self.session.client))

    def check_decided(self, result: CheckResult) -> None:
        """Print the check."""
        self._print(result)

    def phase_ended(self, result: PhaseResult) -> None:
        """Print the checks that are not printed yet; after `quiet`, show the evidence."""
        self.close()
        for check in result.checks if result.phase != UNPRINTED else ():
            self._print(check)
        if result.phase == "expect":
            self.expected = result
        if result.phase == "quiet" and self.expected:
            self._show_cause(self.expected, result)
        elif self.step:
            self.pause()

    def ended(self, result: ScenarioResult, folder: Path) -> None:
        """Print the verdict, and the report that has every query."""
        self.close()
        if result.stopped:
            self.console.print(f"[red]Stopped:[/] {escape(result.stopped)}.")
        if result.skipped:
            self.console.print(f"Skipped, only the other target can answer: {', '.join(result.skipped)}")
        verdict = "[green]Every check held.[/]" if result.passed else "[red]Not every check held.[/]"
        page = escape(str(folder / "report.md"))
        self.console.print(f"\n{verdict} The whole story, with every query: [bold]{page}[/]")

    def close(self) -> None:
        """Stop the dashboard."""
        if self._live:
            self._live.stop()
        self._live = self._dashboard = None

    def pause(self) -> None:
        """Wait for a key with `step`, else for the time to read."""
        if self.step:
            self.console.input("[dim]⏎ to go on[/] ")
        else:
            sleep(self._reading_s)

    def _print(self, check: CheckResult) -> None:
        if check.id not in self._printed:
            self._printed.add(check.id)
            self.console.print(titled_line(check))

    def show_healthy(self, quiet: PhaseResult) -> None:
        """Show what stayed healthy, and so is not the cause."""
        self.console.print("\n[bold]What stayed healthy[/]")
        self.exhibits.healthy(quiet)

    def _show_cause(self, expected: PhaseResult, quiet: PhaseResult) -> None:
        try:
            self._show_evidence(expected)
        except TelemetryError as error:
            self.console.print(f"[yellow]The telemetry could not answer: {escape(str(error))}[/]")
        self.show_healthy(quiet)
        self.pause()

    def _show_evidence(self, expected: PhaseResult) -> None:
        now = datetime.now(UTC)
        metric, trace_id = headline(self.case.scenario, expected), telling_trace(expected)
        if metric:
            self.console.print(f"\n[bold]A metric says that something is wrong[/]: {escape(metric.title)}")
            self.exhibits.metric(metric, expected.started, now)
            self.pause()
        if trace_id:
            self.console.print("\n[bold]A trace says where[/]")
            self.exhibits.trace(trace_id)
            self.pause()
            self.console.print("\n[bold]The log lines of that trace say what[/]")
            self.exhibits.logs(trace_id, Window(expected.started, now))
            self.pause()
