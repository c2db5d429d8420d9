"""A class on the terminal."""

from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from whodunit.counted import counted
from whodunit.errors import LabError
from whodunit.legible import one_line
from whodunit.views.clock_time import to_the_second

Json = dict[str, Any]

NEXT = {
    "waiting": "Start it for everybody: [bold]whodunit class start[/]",
    "running": "Who is where: [bold]whodunit class status[/] · the last answer is in: [bold]whodunit class end[/]",
    "over": "The marks: [bold]whodunit class results[/] · afterwards: [bold]whodunit class close[/]",
}
HERE = {
    "waiting": "The mystery begins here when the leader starts it. Meanwhile: [bold]whodunit map[/]",
    "running": "The complaint: [bold]whodunit mystery status[/] · the answer reaches the leader by itself",
    "over": "The class has ended. The truth: [bold]whodunit mystery reveal[/]",
}


def told(console: Console, state: Json) -> None:
    """Prints the class that this lab leads, and its place in one."""
    if state["leads"]:
        _led(console, state["leads"])
    if state["attends"]:
        _attended(console, state["attends"])
    if not state["leads"] and not state["attends"]:
        console.print("This lab leads no class and attends none.")
        console.print("[bold]whodunit class open[/] · [bold]whodunit class join ADDRESS CODE --name NAME[/]")


def taken(console: Console, file: Path, name: str) -> None:
    """Prints whose file it is."""
    console.print(f"{escape(str(file))}: handed in by {escape(name)}")


def refused(console: Console, file: Path, error: LabError) -> None:
    """Prints why a file was not taken."""
    console.print(f"[red]{escape(str(file))}: {escape(error.message)}[/] {escape(error.hint)}")


def results(console: Console, found: Json) -> None:
    """Prints the marks and the guesses."""
    table = _table("name", "score", "hints", "missed")
    for each in found["results"]:
        score = f"{each['score']:g}" if each["score"] is not None else "-"
        missed = each["problem"] or ", ".join(each["missed"]) or "nothing"
        table.add_row(escape(one_line(each["name"])), score, str(each["hints"]), escape(one_line(missed)))
    console.print(table)
    for field, guesses in found["guesses"].items():
        console.print(f"\n[bold]{field}[/]: it was {found['truth'].get(field, 'not marked')}")
        for guess in guesses:
            mark = "  [green]← true[/]" if guess["is_true"] else ""
            console.print(f"{'█' * guess['count']} {guess['count']}  {escape(one_line(guess['said']))}{mark}")


def _led(console: Console, led: Json) -> None:
    console.print(f"Join: [bold]whodunit class join {escape(led['address'])} {led['code']} --name NAME[/]")
    if led["trouble"]:
        console.print(f"[red]{escape(led['trouble'])}[/]")
    if led["students"]:
        console.print(_students(led["students"]))
    if led["guests"]:
        console.print(f"Files of others: {escape(', '.join(map(one_line, led['guests'])))}")
    handed_in = counted(led["hand_ins"], "hand-in")
    console.print(f"{counted(len(led['students']), 'student')}, {handed_in} · {led['phase']}\n{NEXT[led['phase']]}")


def _students(students: list[Json]) -> Table:
    table = _table("name", "state", "minutes", "hints", "tries", "handed in", "")
    for each in students:
        minutes = "" if each["minutes"] is None else f"{max(0, each['minutes']):.0f}"
        cells = (each["state"], minutes, str(each["hints"]), str(each["tries"]), "yes" if each["handed_in"] else "")
        table.add_row(escape(one_line(each["name"])), *cells, escape(one_line(_note(each))))
    return table


def _note(student: Json) -> str:
    if student["silent_since_s"] is None:
        return str(student["trouble"])
    return f"silent since {to_the_second(datetime.fromtimestamp(student['silent_since_s']).astimezone())}"


def _attended(console: Console, here: Json) -> None:
    console.print(f"In the class at {escape(here['address'])} as [bold]{escape(here['name'])}[/] · {here['state']}")
    if here["trouble"]:
        console.print(f"[red]{escape(here['trouble'])}[/]")
    console.print(HERE[here["phase"]])


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading)
    return table
