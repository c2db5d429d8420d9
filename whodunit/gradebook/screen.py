"""Marks on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from whodunit.gradebook.row import Row


def marked(console: Console, rows: Sequence[Row]) -> None:
    """A line for each hand-in, and below it what is to be judged by a person."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("file", "student", "work", "score", "what was missed"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        score = "-" if row.score is None else f"{row.score:g}"
        table.add_row(escape(row.file), escape(row.student), escape(row.work), score, _missed(row))
        for note in row.notes:
            table.add_row("", "", "", "", f"[dim]{escape(note)}[/]")
    console.print(table)


def problems(console: Console, rows: Sequence[Row]) -> None:
    """A line for each hand-in that could not be marked."""
    for row in rows:
        if row.problem:
            console.print(f"{escape(row.file)}: [red]{escape(row.problem)}[/]", soft_wrap=True)


def _missed(row: Row) -> str:
    if row.problem:
        return f"[red]{escape(row.problem)}[/]"
    return (
        escape("; ".join(str(each) for each in row.criteria if each.points < each.of or each.points < 0)) or "nothing"
    )
