"""A mystery on the terminal."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.incident.wording import flowing

Json = dict[str, Any]


def complaint(console: Console, told: Json) -> None:
    """Prints the customer's complaint and the player's state."""
    if not told["running"]:
        console.print(escape(told.get("ended") or "No mystery runs.") + " Begin one: [bold]whodunit mystery start[/]")
        return
    console.print(Panel(escape(flowing(told["complaint"])), title=escape(told["title"]), border_style="yellow"))
    left = format_duration(told["seconds_left"]) + " left" if told["seconds_left"] else "the time is up"
    if told["closes"]:
        left += ", then no more answers" if told["seconds_left"] else ", and no more answers are taken"
    answered = "answered" if told["answered"] else "not answered"
    tried = ", ".join(told["mitigations"]) or "none"
    console.print(f"{left} · {answered} · hints used: {told['hints_used']} · mitigations tried: {tried}\n")
    console.print("Look around: [bold]whodunit map, metrics, traces, logs[/]")
    console.print(
        f"[bold]whodunit mystery hint[/] ({told['hints_left']} left, the next costs {told['next_hint_costs']})"
    )
    console.print("[bold]whodunit mystery mitigate[/], [bold]answer[/], [bold]reveal[/]")


def hint(console: Console, told: Json) -> None:
    """Prints one hint and its price."""
    console.print(f"{escape(told['hint'])}\n[dim]It cost {counted(told['cost'], 'point')}; {told['left']} left.[/]")


def mitigations(console: Console, told: Json) -> None:
    """Prints the actions, and the services that they can be done to."""
    words(console, told["actions"])
    console.print(f"\nservices: {', '.join(told['services'])}")
    console.print("Put one in force: [bold]whodunit mystery mitigate ACTION SERVICE[/]  [dim]the first try is free[/]")


def words(console: Console, told: Json) -> None:
    """Prints words, each with its meaning."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for word, meaning in told.items():
        table.add_row(f"[bold]{word}[/]", meaning)
    console.print(table)


def mitigated(console: Console, told: Json) -> None:
    """Prints the mitigation in force, and which one it has taken the place of."""
    *before, latest = told["mitigations"]
    instead = f", in place of {before[-1]}" if before else ""
    console.print(f"In force: [bold]{latest}[/]{instead}. Within a minute the telemetry shows if it helps.")


def handed_in(console: Console, path: Path) -> None:
    """Prints the path of the answer."""
    console.print(f"Answered. To hand in: [bold]{escape(str(path))}[/]. The truth: [bold]whodunit mystery reveal[/]")


def revealed(console: Console, told: Json, path: Path) -> None:
    """The verdict in short; the page has it all."""
    console.print(Panel(escape(told["explanation"]), title=f"{told['component'] or 'nobody'}: {told['reason']}"))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("question", "your answer", "truth", "points"):
        table.add_column(heading)
    for mark in told["verdict"]["marks"]:
        points = f"{mark['points']:g} of {mark['weight']}"
        table.add_row(mark["field"], escape(mark["answered"]), escape(mark["truth"]), points)
    console.print(table)
    console.print(f"Taken off for hints and tries: {told['verdict']['deductions']}")
    console.print(f"[bold]{told['verdict']['score']:g} of 100[/]. The page with the proof: {escape(str(path))}")
