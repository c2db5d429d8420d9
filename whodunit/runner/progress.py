"""A run as plain lines, one for each check: for logs and for scripts' standard error."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from whodunit.incident.result import CheckResult, PhaseResult, ScenarioResult
from whodunit.runner.ports import PhaseStart


class Progress:
    """Prints a run as it goes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed: set[str] = set()

    def phase_started(self, phase: PhaseStart) -> None:
        """Print the phase and its time limit."""
        self._printed = set()
        limit = f" [dim](within {phase.within_s:.0f} s)[/]" if phase.within_s else ""
        self._console.print(f"[bold]{phase.name}[/]: {phase.about}{limit}")

    def sampled(self, results: Sequence[CheckResult], seconds: float) -> None:
        """Ignored: a check is printed once, with its final result."""

    def check_decided(self, result: CheckResult) -> None:
        """Print the check."""
        self._print(result)

    def phase_ended(self, result: PhaseResult) -> None:
        """Print the checks that are not printed yet."""
        for check in result.checks:
            self._print(check)

    def ended(self, result: ScenarioResult) -> None:
        """Print why it stopped, what was skipped, and the verdict."""
        if result.stopped:
            self._console.print(f"[red]Stopped:[/] {escape(result.stopped)}.")
        if result.skipped:
            self._console.print(f"Skipped, only the other target can answer: {', '.join(result.skipped)}")
        verdict = "[green]passed[/]" if result.passed else "[red]did not pass[/]"
        self._console.print(f"[bold]{result.scenario}[/] {verdict} in {result.seconds:.0f} s")

    def _print(self, check: CheckResult) -> None:
        if check.id in self._printed:
            return
        self._printed.add(check.id)
        self._console.print(line(check))


def line(check: CheckResult) -> str:
    """One check as one line of markup, by its id."""
    return f"  {_mark(check)} {check.seconds:5.1f} s  [bold]{check.id}[/]  {escape(check.message)}"


def titled_line(check: CheckResult) -> str:
    """One check as one line of markup, by its title; the name of the metric is left out."""
    seen = check.message.split(": ", 1)[-1]
    return f"  {_mark(check)} {check.seconds:5.1f} s  {escape(check.title)}  [dim]{escape(seen)}[/]"


def _mark(check: CheckResult) -> str:
    return "[green]✓[/]" if check.passed else "[red]✗[/]"
