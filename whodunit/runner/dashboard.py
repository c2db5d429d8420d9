"""What moves on the screen while a phase lasts: the time, the traffic, every check with its number."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from whodunit.incident.result import CheckResult
from whodunit.runner.ports import PhaseStart
from whodunit.runner.sparkline import sparkline

SPARKS = 16


@dataclass
class Dashboard:
    """The state of one phase, drawn anew at each look."""

    phase: PhaseStart
    pulse: str = ""
    seconds: float = 0.0
    results: Sequence[CheckResult] = ()
    history: dict[str, list[float | None]] = field(default_factory=dict)

    def update(self, results: Sequence[CheckResult], seconds: float, pulse: str) -> None:
        """Take over one more look."""
        self.results, self.seconds, self.pulse = results, seconds, pulse
        for result in results:
            self.history.setdefault(result.id, []).append(result.observed)

    def __rich__(self) -> RenderableType:
        """The drawing."""
        return Group(self._time(), self._checks(), Text(self.pulse, style="cyan"))

    def _time(self) -> RenderableType:
        grid = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=max(self.phase.within_s, 1), completed=self.seconds, width=30)
        grid.add_row(f"[bold]{self.phase.name}[/]", bar, f"{self.seconds:.0f} of {self.phase.within_s:.0f} s at most")
        return grid

    def _checks(self) -> RenderableType:
        table = Table(box=None, show_header=False, expand=True, padding=(0, 1, 0, 0))
        table.add_column(width=1)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis", style="dim")
        table.add_column(width=SPARKS, no_wrap=True)
        for result in self.results:
            mark = Text("✓", "green") if result.passed else Text("·", "yellow")
            bars = sparkline(self.history[result.id], SPARKS)
            table.add_row(mark, Text(result.title), Text(result.message), bars)
        return table
