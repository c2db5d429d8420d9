"""The matrix for people: on the screen, and as a page of Markdown."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from whodunit.scenario.loader import Case
from whodunit.scenario.matrix import Cell, Matrix
from whodunit.scenario.shared_symptoms import evidence_of

INTRODUCTION = """\
# Told apart

Every incident's evidence, asked of a recorded run of every incident. A row is what happened; a column is whose evidence
was looked for, from the onset for as long as the incident was left alone.

- **●** every symptom of the column was seen, and all that it says stays healthy did.
- **3 of 12** so many of its symptoms were seen; below stands why, and what tells the two apart.
- empty: none of its symptoms was seen, as everywhere in a run in which nothing breaks.
"""
ORIGIN = "This page is written by `whodunit scenario matrix --markdown docs/matrix.md`, from the newest recorded runs."


def print_matrix(console: Console, matrix: Matrix) -> None:
    """The table, then every cell that is not as it should be."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("a run of … ╲ shows the symptoms of …")
    numbers = {name: str(number) for number, name in enumerate(matrix.evidence, start=1)}
    for number in numbers.values():
        table.add_column(number, justify="center")
    for ran in matrix.runs:
        table.add_row(f"{numbers.get(ran, ''):>2} {ran}", *(_coloured(cell) for cell in matrix.row(ran)))
    console.print(table)
    for cell in matrix.cells:
        if not cell.is_right:
            console.print(f"[red]✗[/] {_wrong(cell)}")
    if matrix.elsewhere:
        console.print(f"Not here, as lite mode cannot run them: {', '.join(matrix.elsewhere)}")


def markdown(matrix: Matrix, cases: Sequence[Case]) -> str:
    """The page."""
    return (
        "\n".join([INTRODUCTION, *_table(matrix), "", *_elsewhere(matrix), *_explanations(matrix, cases), ORIGIN])
        + "\n"
    )


def _coloured(cell: Cell) -> str:
    colour = "red" if not cell.is_right else "green" if cell.is_own else "dim"
    return f"[{colour}]{cell.says or ('✗' if cell.is_own else '')}[/]"


def _wrong(cell: Cell) -> str:
    found = cell.likeness
    if cell.is_own:
        return f"{cell.ran} does not show its own face: missing {_ids(found.missing)}; broken {_ids(found.broken)}"
    tells = _ids(found.differences)
    return (
        f"a run of {cell.ran} shows {_ids(found.seen)} of {cell.evidence}, unexplained; what tells them apart: {tells}"
    )


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "nothing"


def _table(matrix: Matrix) -> Iterator[str]:
    yield "| run ╲ evidence | " + " | ".join(f"`{name}`" for name in matrix.evidence) + " |"
    yield "| --- |" + " :-: |" * len(matrix.evidence)
    for ran in matrix.runs:
        yield f"| `{ran}` | " + " | ".join(cell.says for cell in matrix.row(ran)) + " |"


def _elsewhere(matrix: Matrix) -> Iterator[str]:
    if matrix.elsewhere:
        yield (
            "Only on the stack, and so not in the table: " + ", ".join(f"`{name}`" for name in matrix.elsewhere) + ".\n"
        )


def _explanations(matrix: Matrix, cases: Sequence[Case]) -> Iterator[str]:
    shared = [cell for cell in matrix.cells if cell.told_apart_by]
    for because in dict.fromkeys(cell.because for cell in shared):
        yield f"## {_together(cell for cell in shared if cell.because == because)}\n"
        yield f"{because.strip()}\n"
        yield "| in a run of | symptoms of | are seen | what tells them apart |"
        yield "| --- | --- | --- | --- |"
        for cell in shared:
            if cell.because == because:
                yield f"| `{cell.ran}` | `{cell.evidence}` | {cell.says} | {_signal(cell, cases)} |"
        yield ""


def _together(cells: Iterator[Cell]) -> str:
    return ", ".join(dict.fromkeys(name for cell in cells for name in sorted((cell.ran, cell.evidence))))


def _signal(cell: Cell, cases: Sequence[Case]) -> str:
    case = next(case for case in cases if case.name == cell.evidence)
    titles = {check.id: check.title for check in evidence_of(case)}
    return f"not so: {titles[cell.told_apart_by]} (`{cell.told_apart_by}`)"
