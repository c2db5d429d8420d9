"""Each incident shows its own symptoms; what it shares with another is explained, with a signal to tell them apart."""

from pathlib import Path

import pytest
from rich.console import Console

from whodunit.incident import catalogue
from whodunit.runs.matrix import Cell, Explanation, Match, Matrix
from whodunit.runs.matrix_page import markdown, print_matrix
from whodunit.runs.shared_symptoms import SharedSymptoms, Sharing, bundled, read
from whodunit.strict_yaml.problems import ScenarioFileError

CASES = catalogue.cases()
WHOLE, NOTHING = Match(("slow", "stuck"), (), ()), Match((), ("slow", "stuck"), ())
PART = Match(("slow",), ("stuck",), ("gateway-fast",))
BECAUSE = "Both keep payment waiting for something."
EXPLAINED = Explanation(BECAUSE, "b", "stuck")
SHARED = SharedSymptoms(
    schema_version=1, shared=[Sharing(because=BECAUSE, told_apart_by={"a": ["slow", "stuck"], "b": ["gateway-fast"]})]
)


def matrix(*cells: Cell) -> Matrix:
    return Matrix(["a"], [cell.evidence for cell in cells], cells, ["gone"])


@pytest.mark.parametrize(
    ("cell", "right", "label"),
    [
        (Cell("a", "a", WHOLE), True, "●"),
        (Cell("a", "a", PART), False, "1 of 2"),
        (Cell("a", "a", NOTHING), False, ""),
        (Cell("a", "b", NOTHING), True, ""),
        (Cell("a", "b", PART), False, "1 of 2"),
        (Cell("a", "b", PART, EXPLAINED), True, "1 of 2"),
        (Cell("a", "b", WHOLE), False, "●"),
    ],
)
def test_a_cell_is_right_where_it_is_whole_or_empty_or_explained(cell: Cell, *, right: bool, label: str) -> None:
    assert (cell.is_right, cell.label, matrix(cell).holds) == (right, label, right)


def test_an_explanation_needs_a_check_that_does_tell_them_apart() -> None:
    found = {("a", "b"): PART, ("b", "a"): PART, ("c", "a"): PART}
    assert SHARED.explain("b", "a", found) == Explanation(BECAUSE, "a", "stuck")
    assert SHARED.explain("a", "b", found) == Explanation(BECAUSE, "b", "gateway-fast")
    assert SHARED.explain("c", "a", found) is None


def test_one_that_shows_all_of_another_is_told_by_what_it_shows_beyond() -> None:
    assert SHARED.explain("b", "a", {("b", "a"): WHOLE, ("a", "b"): PART}) == Explanation(BECAUSE, "b", "gateway-fast")
    assert SHARED.explain("b", "a", {("b", "a"): WHOLE, ("a", "b"): WHOLE}) is None
    assert SHARED.explain("b", "a", {("b", "a"): WHOLE}) is None


def test_the_explanations_that_come_with_the_program_name_what_there_is() -> None:
    assert bundled(CASES).shared


def test_a_check_that_no_incident_has_is_told(tmp_path: Path) -> None:
    file = tmp_path / "matrix.yaml"
    file.write_text((CASES[0].folder.parent / "matrix.yaml").read_text().replace("no-pool-timeouts", "no-such-check"))
    with pytest.raises(ScenarioFileError, match="checkout-slow: it has no check 'no-such-check'"):
        read(file, CASES)


def test_the_page_says_what_is_shared_and_why() -> None:
    hangs, slow = (case for case in CASES if case.name in ("checkout-hangs/held", "checkout-slow"))
    cells = [
        Cell(hangs.name, hangs.name, WHOLE),
        Cell(hangs.name, slow.name, PART, Explanation(BECAUSE, slow.name, "no-pool-timeouts")),
    ]
    page = markdown(Matrix([hangs.name], [hangs.name, slow.name], cells, ["gone"]), [hangs, slow])
    assert f"| `{hangs.name}` | ● | 1 of 2 |" in page
    assert f"{BECAUSE}\n" in page
    assert "not so: The connection pool of payment has connections to give (`no-pool-timeouts`)" in page
    assert "`gone`" in page


def test_what_is_wrong_is_said_with_what_could_explain_it() -> None:
    console = Console(width=160, record=True, quiet=False)
    with console.capture() as captured:
        print_matrix(console, matrix(Cell("a", "a", PART), Cell("a", "b", PART)))
    assert "a does not show its own symptoms: missing stuck; broken gateway-fast" in captured.get()
    assert "a run of a shows slow of b, unexplained; what tells them apart: stuck, gateway-fast" in captured.get()
