"""The matrix for people: on the screen, and as a page of Markdown."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from whodunit.incident.loader import Case
from whodunit.runs.matrix import Cell, Explanation, Matrix
from whodunit.runs.shared_symptoms import evidence_of

INTRODUCTION = """\
# Told apart

Every incident's evidence, asked of a recorded run of every incident. A row is what happened; a column is whose evidence
was looked for, from the onset for as long as the incident was left alone.

- **●** every symptom of the column was seen, and all that it says stays healthy did.
- **3 of 12** so many of its symptoms were seen; below stands why, and what tells the two apart.
- empty: none of its symptoms was seen, as everywhere in a run in which nothing breaks.
"""
ORIGIN = "This page is written by `make matrix`, from the kept recordings."


def print_matrix(console: Console, matrix: Matrix) -> None:
    """Print the table, then every cell that is not right."""
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
    """The matrix as a page, with the explanations of shared symptoms."""
    return (
        "\n".join([INTRODUCTION, *_table(matrix), "", *_elsewhere(matrix), *_explanations(matrix, cases), ORIGIN])
        + "\n"
    )


def _coloured(cell: Cell) -> str:
    colour = "red" if not cell.is_right else "green" if cell.is_own else "dim"
    return f"[{colour}]{cell.label or ('✗' if cell.is_own else '')}[/]"


def _wrong(cell: Cell) -> str:
    found = cell.match
    if cell.is_own:
        return f"{cell.ran} does not show its own symptoms: missing {_ids(found.missing)}; broken {_ids(found.broken)}"
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
        yield f"| `{ran}` | " + " | ".join(cell.label for cell in matrix.row(ran)) + " |"


def _elsewhere(matrix: Matrix) -> Iterator[str]:
    if matrix.elsewhere:
        yield (
            "Only on the stack, and so not in the table: " + ", ".join(f"`{name}`" for name in matrix.elsewhere) + ".\n"
        )


def _explanations(matrix: Matrix, cases: Sequence[Case]) -> Iterator[str]:
    shared = [(cell, cell.shared) for cell in matrix.cells if cell.shared]
    for because in dict.fromkeys(each.because for _, each in shared):
        rows = [(cell, each) for cell, each in shared if each.because == because]
        yield f"## {', '.join(dict.fromkeys(name for cell, _ in rows for name in sorted((cell.ran, cell.evidence))))}\n"
        yield f"{because.strip()}\n"
        yield "| in a run of | symptoms of | are seen | what tells them apart |"
        yield "| --- | --- | --- | --- |"
        for cell, explanation in rows:
            yield f"| `{cell.ran}` | `{cell.evidence}` | {cell.label} | {_signal(cell, explanation, cases)} |"
        yield ""


def _signal(cell: Cell, shared: Explanation, cases: Sequence[Case]) -> str:
    case = next(case for case in cases if case.name == shared.incident)
    title = next(check.title for check in evidence_of(case) if check.id == shared.check)
    return f"{'not so' if shared.incident == cell.evidence else 'only here'}: {title} (`{shared.check}`)"
