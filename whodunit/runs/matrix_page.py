"""The matrix for people: on the screen, and as a page of Markdown."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.loader import Case
from whodunit.incident.metric_check import UnchangedMetric
from whodunit.runs.matrix import Cell, Matrix

INTRODUCTION = """\
# Told apart

The evidence of each cause, asked of a recorded run of each cause of the same face. A row is what happened; a
column is whose evidence was looked for, from the onset for as long as the incident was left alone.

- **●** every symptom of the column was seen, every mark of its cause, and all that it says stays healthy did.
- **3 of 12** so many of its symptoms were seen; below stands what tells the two apart.
"""
ORIGIN = "This page is written by `make matrix`, from the kept recordings."


def print_matrix(console: Console, matrix: Matrix) -> None:
    """Print a table for each face, then every cell that is not right."""
    for face, cells in matrix.faces().items():
        console.print(_drawn(face, cells))
        console.print()
    for cell in matrix.cells:
        if not cell.is_right:
            console.print(f"[red]✗[/] {_wrong(cell)}")
    for line in [*_healthy(matrix), *_elsewhere(matrix)]:
        console.print(line.replace("`", ""), markup=False)


def markdown(matrix: Matrix, cases: Sequence[Case]) -> str:
    """The matrix as a page, with what tells each two causes apart."""
    titles = {case.name: {check.id: check.title for check in evidence(case)} for case in cases}
    lines = [INTRODUCTION]
    for face, cells in matrix.faces().items():
        lines += [f"## {face}\n", *_table(cells), "", *_tellings(cells, titles)]
    return "\n".join([*lines, *_healthy(matrix), *_elsewhere(matrix), ORIGIN]) + "\n"


def evidence(case: Case) -> Sequence[AnyCheck | UnchangedMetric]:
    """All that is looked for in a run while the incident is left alone."""
    scenario = case.scenario
    checks = [*scenario.expect.checks, *scenario.tells.checks, *scenario.quiet.checks]
    return [*checks, *scenario.unchanged.metrics]


def _drawn(face: str, cells: Sequence[Cell]) -> Table:
    numbers = {name: number for number, name in enumerate(_names(cells), start=1)}
    table = Table(title=face, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.add_column("a run of … ╲ shows the symptoms of …")
    for number in numbers.values():
        table.add_column(str(number), justify="center")
    for ran in dict.fromkeys(cell.ran for cell in cells):
        row = [_coloured(cell) for cell in cells if cell.ran == ran]
        table.add_row(f"{numbers.get(ran, ''):>2} {ran}", *row)
    return table


def _names(cells: Sequence[Cell]) -> list[str]:
    return list(dict.fromkeys(cell.evidence for cell in cells))


def _coloured(cell: Cell) -> str:
    colour = "red" if not cell.is_right else "green" if cell.is_own else "dim"
    return f"[{colour}]{cell.label or ('✗' if cell.is_own else '')}[/]"


def _wrong(cell: Cell) -> str:
    found = cell.match
    if cell.is_own:
        return f"{cell.ran} does not show its own evidence: {_ids(found.differences)}"
    return f"a run of {cell.ran} shows {_ids(found.seen)} of {cell.evidence}, and nothing tells the two apart"


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "nothing"


def _table(cells: Sequence[Cell]) -> Iterator[str]:
    names = _names(cells)
    yield "| run ╲ evidence | " + " | ".join(f"`{name}`" for name in names) + " |"
    yield "| --- |" + " :-: |" * len(names)
    for ran in dict.fromkeys(cell.ran for cell in cells):
        yield f"| `{ran}` | " + " | ".join(cell.label for cell in cells if cell.ran == ran) + " |"


def _tellings(cells: Sequence[Cell], titles: dict[str, dict[str, str]]) -> Iterator[str]:
    told = [(cell, cell.told_by) for cell in cells if cell.told_by]
    if told:
        yield "| in a run of | symptoms of | are seen | what tells them apart |"
        yield "| --- | --- | --- | --- |"
    for cell, telling in told:
        where = "not so" if telling.incident == cell.evidence else "only here"
        told_by = f"{where}: {titles[telling.incident][telling.check]} (`{telling.check}`)"
        yield f"| `{cell.ran}` | `{cell.evidence}` | {cell.label or 'none'} | {told_by} |"
    if told:
        yield ""


def _healthy(matrix: Matrix) -> Iterator[str]:
    empty = [cell for cell in matrix.healthy() if cell.is_empty]
    for ran in dict.fromkeys(cell.ran for cell in empty):
        count = sum(cell.ran == ran for cell in empty)
        yield f"In a run of `{ran}`, no symptom of any of {count} cases was seen.\n"


def _elsewhere(matrix: Matrix) -> Iterator[str]:
    if matrix.elsewhere:
        yield "Only on the stack, and so not here: " + ", ".join(f"`{name}`" for name in matrix.elsewhere) + ".\n"
