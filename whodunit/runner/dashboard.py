"""The screen while a phase lasts: the time, the load generator's figures, every check with its number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from whodunit.durations import format_duration
from whodunit.errors import LabError
from whodunit.incident.result import CheckResult
from whodunit.lab.answers import LoadState
from whodunit.runner.ports import PhaseStart

SPARKS = 16
BARS = "▁▂▃▄▅▆▇█"


@dataclass
class Dashboard:
    """The state of one phase, drawn again after each evaluation."""

    phase: PhaseStart
    figures: str = ""
    seconds: float = 0.0
    results: Sequence[CheckResult] = ()
    history: dict[str, list[float | None]] = field(default_factory=dict)

    def update(self, results: Sequence[CheckResult], seconds: float, figures: str) -> None:
        """Take over the results of one more evaluation."""
        self.results, self.seconds, self.figures = results, seconds, figures
        for result in results:
            self.history.setdefault(result.id, []).append(result.observed)

    def __rich__(self) -> RenderableType:
        """Time, checks and figures, one below the other."""
        return Group(self._time(), self._checks(), Text(self.figures, style="cyan"))

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


class LoadReader(Protocol):
    """Reports the load that runs."""

    def load(self) -> LoadState | None:
        """The state of the load; raises LabError."""
        ...


def figures(lab: LoadReader) -> str:
    """Orders per second, latency and errors in one line; empty while there are none."""
    try:
        state = lab.load()
    except LabError:
        return ""
    now: dict[str, Any] = ((state and state["stats"]) or {}).get("now") or {}
    words = [f"{now['checkouts_per_s']:.1f} orders/s"] if now.get("checkouts_per_s") else []
    if now.get("order_end_p95_s"):
        words.append(f"p95 {format_duration(now['order_end_p95_s'])} from checkout to the order's end")
    if now.get("errors_per_s"):
        words.append(f"{now['errors_per_s']:.1f} errors/s")
    return " · ".join(words)


def sparkline(values: Sequence[float | None], width: int = 24) -> str:
    """The newest `width` values, from zero to the greatest of them; a gap where there is none."""
    shown = values[-width:]
    top = max((value for value in shown if value is not None), default=0.0)
    return "".join(_bar(value, top) for value in shown)


def _bar(value: float | None, top: float) -> str:
    if value is None:
        return " "
    return BARS[0] if top <= 0 else BARS[min(len(BARS) - 1, int(max(value, 0.0) / top * len(BARS)))]
