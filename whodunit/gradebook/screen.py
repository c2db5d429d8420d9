"""Marks on the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from whodunit.gradebook.row import Row

INDENT = 8


def marked(console: Console, rows: Sequence[Row]) -> None:
    """A line for each hand-in, and below it what was missed, and what is to be judged by a person."""
    for row in rows:
        score = "    -" if row.score is None else f"{row.score:5g}"
        named = "  ".join(escape(each) for each in (row.student, row.work) if each)
        console.print(f"[bold]{score}[/]   {named}  [dim]{escape(row.file)}[/]", soft_wrap=True)
        for line in _told(row):
            console.print(Padding(line, (0, 0, 0, INDENT)))


def problems(console: Console, rows: Sequence[Row]) -> None:
    """A line for each hand-in that could not be marked."""
    for row in rows:
        if row.problem:
            console.print(f"{escape(row.file)}: [red]{escape(row.problem)}[/]", soft_wrap=True)


def _told(row: Row) -> Iterator[str]:
    if row.problem:
        yield f"[red]{escape(row.problem)}[/]"
        return
    yield from (f"[yellow]{escape(str(each))}[/]" for each in row.criteria if each.points < each.of or each.points < 0)
    yield from (f"[dim]{escape(note)}[/]" for note in row.notes)
