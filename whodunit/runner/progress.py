"""A run as plain lines, one for each check: for logs and for scripts' standard error."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from whodunit.incident.result import CheckResult, PhaseResult, ScenarioResult
from whodunit.runner.ports import PhaseStart


class Progress:
    """Tells a run as it goes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: set[str] = set()

    def phase_started(self, phase: PhaseStart) -> None:
        """See `Observer`."""
        self._told = set()
        limit = f" [dim](within {phase.within_s:.0f} s)[/]" if phase.within_s else ""
        self._console.print(f"[bold]{phase.name}[/]: {phase.about}{limit}")

    def looked(self, results: Sequence[CheckResult], seconds: float) -> None:
        """See `Observer`."""

    def check_decided(self, result: CheckResult) -> None:
        """See `Observer`."""
        self._tell(result)

    def phase_ended(self, result: PhaseResult) -> None:
        """See `Observer`."""
        for check in result.checks:
            self._tell(check)

    def ended(self, result: ScenarioResult) -> None:
        """The last line."""
        if result.stopped:
            self._console.print(f"[red]Stopped:[/] {escape(result.stopped)}.")
        if result.skipped:
            self._console.print(f"Left out, the other target alone can answer it: {', '.join(result.skipped)}")
        verdict = "[green]passed[/]" if result.passed else "[red]did not pass[/]"
        self._console.print(f"[bold]{result.scenario}[/] {verdict} in {result.seconds:.0f} s")

    def _tell(self, check: CheckResult) -> None:
        if check.id in self._told:
            return
        self._told.add(check.id)
        self._console.print(line(check))


def line(check: CheckResult) -> str:
    """One check as one line of markup, by its id."""
    return f"  {_mark(check)} {check.seconds:5.1f} s  [bold]{check.id}[/]  {escape(check.message)}"


def told(check: CheckResult) -> str:
    """One check as one line of markup, by what it means; where it looked is left out."""
    seen = check.message.split(": ", 1)[-1]
    return f"  {_mark(check)} {check.seconds:5.1f} s  {escape(check.title)}  [dim]{escape(seen)}[/]"


def _mark(check: CheckResult) -> str:
    return "[green]✓[/]" if check.passed else "[red]✗[/]"
