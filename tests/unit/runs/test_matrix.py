"""Each cause shows what it says; what it shares with a sibling is told apart by something that does not hold."""

import pytest
from rich.console import Console

from whodunit.incident import catalogue
from whodunit.runs.matrix import Cell, Match, Matrix, Telling, telling
from whodunit.runs.matrix_page import markdown, print_matrix

WHOLE, NOTHING = Match(("slow", "stuck"), (), (), ()), Match((), ("slow", "stuck"), (), ())
PART = Match(("slow",), ("stuck",), (), ("gateway-fast",))
MARKED = Match(("slow", "stuck"), (), ("held-long",), ("gateway-fast",))
TOLD = Telling("f/b", "stuck")


def matrix(*cells: Cell) -> Matrix:
    return Matrix(cells, ["gone"])


@pytest.mark.parametrize(
    ("cell", "right", "label"),
    [
        (Cell("f/a", "f/a", WHOLE), True, "●"),
        (Cell("f/a", "f/a", PART), False, "1 of 2"),
        (Cell("f/a", "f/a", MARKED), False, "2 of 2"),
        (Cell("f/a", "f/a", NOTHING), False, ""),
        (Cell("f/a", "f/b", NOTHING), True, ""),
        (Cell("f/a", "f/b", PART), False, "1 of 2"),
        (Cell("f/a", "f/b", PART, TOLD), True, "1 of 2"),
        (Cell("f/a", "f/b", WHOLE), False, "●"),
        (Cell("quiet", "f/b", NOTHING), True, ""),
        (Cell("quiet", "f/b", PART), False, "1 of 2"),
    ],
)
def test_a_cell_is_right_where_it_is_whole_or_empty_or_told_apart(cell: Cell, *, right: bool, label: str) -> None:
    assert (cell.is_right, cell.label, matrix(cell).holds) == (right, label, right)


def test_a_mark_of_the_cause_tells_before_all_else() -> None:
    assert telling("a", "b", {("a", "b"): MARKED}) == Telling("b", "held-long")
    assert telling("a", "b", {("a", "b"): PART}) == Telling("b", "stuck")


def test_one_that_shows_all_of_another_is_told_by_what_it_shows_beyond() -> None:
    assert telling("b", "a", {("b", "a"): WHOLE, ("a", "b"): PART}) == Telling("b", "stuck")
    assert telling("b", "a", {("b", "a"): WHOLE, ("a", "b"): WHOLE}) is None
    assert telling("b", "a", {("b", "a"): WHOLE}) is None


def test_the_page_says_what_tells_them_apart() -> None:
    held, leaked = (case for case in catalogue.cases() if case.name in ("checkout-hangs/held", "checkout-hangs/leaked"))
    check = leaked.scenario.quiet.checks[0]
    cells = [
        Cell(held.name, held.name, WHOLE),
        Cell(held.name, leaked.name, PART, Telling(leaked.name, check.id)),
        Cell("all-quiet", held.name, NOTHING),
    ]
    page = markdown(matrix(*cells), [held, leaked])
    assert f"| `{held.name}` | ● | 1 of 2 |" in page
    assert f"not so: {check.title} (`{check.id}`)" in page
    assert "In a run of `all-quiet`, no symptom of any of 1 cases was seen." in page
    assert "`gone`" in page


def test_what_is_wrong_is_said() -> None:
    console = Console(width=160, record=True, quiet=False)
    with console.capture() as captured:
        print_matrix(console, matrix(Cell("f/a", "f/a", MARKED), Cell("f/a", "f/b", WHOLE)))
    assert "f/a does not show its own evidence: held-long, gateway-fast" in captured.get()
    assert "a run of f/a shows slow, stuck of f/b, and nothing tells the two apart" in captured.get()


def test_a_matrix_is_read_as_it_was_written() -> None:
    cells = [Cell("f/a", "f/a", WHOLE), Cell("f/a", "f/b", PART, TOLD), Cell("quiet", "f/b", NOTHING)]
    written = matrix(*cells).as_json()
    read = Matrix.from_json(written)
    assert (read.cells, read.as_json()) == (cells, written)
