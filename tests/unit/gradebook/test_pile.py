"""A pile of hand-ins: whatever lies in it, each is marked, or has a reason why not."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.exercise.test_handin import handed_in
from tests.unit.gradebook.test_loads import measured
from tests.unit.mystery.test_grading import CASES
from tests.unit.mystery.test_marking import handed_in as answered
from whodunit.entry.cli import build
from whodunit.errors import WrongUseError
from whodunit.exercise.handin import as_text
from whodunit.gradebook.loads import Measured
from whodunit.gradebook.pile import LARGEST_BYTES, Marker
from whodunit.gradebook.row import Row
from whodunit.gradebook.row import csv as as_csv
from whodunit.gradebook.rubric import rubric
from whodunit.mystery.handin import as_text as as_answer

ADA = as_text(handed_in())


def marked(*pile: Path, running: str = "", seed: int | None = None) -> dict[str, Row]:
    rows = Marker(rubric(None), CASES, "sesame", running, seed=seed).rows(pile, lambda _: None)
    return {Path(row.file).name: row for row in rows}


BAD = {
    "notes.txt": (b"What I did.", "There are: exercises"),
    "photo.json": (b"\xff\xd8\xff", "save it as UTF-8"),
    "nothing.json": (b"", "This file is empty."),
    "half.json": (ADA[:300].encode(), "no whole JSON document"),
    "deep.json": (b"[" * 100_000, "no whole JSON document"),
    "list.json": (b"[]", "This is no hand-in."),
    "number.json": (b'{"format": 3}', "This is no hand-in."),
    "other.json": (b'{"name": "package"}', "This is no hand-in."),
    "huge.json": (b" " * (LARGEST_BYTES + 1), "larger than 5,000,000 bytes"),
    "changed.json": (ADA.replace("print('hello')", "print('bye')").encode(), "changed after it was written"),
    "to-come.json": (ADA.replace("whodunit exercise 1", "whodunit exercise 2").encode(), "another version"),
    "answer-to-come.json": (
        as_answer(answered()).replace("whodunit hand-in 1", "whodunit hand-in 2").encode(),
        "another version",
    ),
    "load-to-come.json": (b'{"version": 2, "trials": []}', "another version"),
    "load-half.json": (b'{"version": 1, "trials": [{"rate": "x"}]}', "started is not as it was written"),
    "load-nan.json": (b'{"version": 1, "started": "", "ended": "", "by": NaN, "trials": []}', "not as it was written"),
    "nowhere.md": (b"# Incident report", "names no recording"),
    "elsewhere.md": (b"It is of the recorded run of nothing/at-all.", "no recorded run of nothing/at-all here"),
}


def test_the_pile_goes_on_past_whatever_is_no_hand_in(tmp_path: Path) -> None:
    for name, (content, _) in BAD.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "empty").mkdir()
    (tmp_path / "zoe.json").write_text(ADA)
    rows = marked(tmp_path)
    assert {name for name, (_, problem) in BAD.items() if problem not in rows[name].problem} == set()
    assert "empty" in rows.pop("empty").problem
    assert {name for name, row in rows.items() if row.score is not None} == {"zoe.json"}
    assert list(csv.DictReader(io.StringIO(as_csv(list(rows.values()))))) == [
        {
            "student": "ada",
            "work": "propagate",
            "score": "25.0",
            "feedback": "thread 1/1; queue 0/1 (No span is of kind producer.); "
            "links 0/1 (not checked: another release has written this); "
            "joined-logs 0/1 (not checked: another release has written this)",
            "notes": "",
            "file": str(tmp_path / "zoe.json"),
        }
    ]


def test_a_plan_that_is_nested_too_deeply_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "report.json").write_text(measured())
    (tmp_path / "ada" / "test-plan.yaml").write_text(f"question: {'[' * 400}{']' * 400}\n")
    (tmp_path / "zoe.json").write_text(ADA)
    rows = marked(tmp_path)
    assert "nested too deeply" in rows["report.json"].problem
    assert rows["zoe.json"].score == 25


def test_what_nobody_expected_of_one_is_told_in_its_row(tmp_path: Path) -> None:
    def find_again(_: Measured) -> float:
        return 1 / 0

    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "report.json").write_text(measured())
    (tmp_path / "zoe.json").write_text(ADA)
    report, zoe = Marker(rubric(None), CASES, find_again=find_again).rows([tmp_path], lambda _: None)
    assert (report.student, report.score) == ("ada", None)
    assert report.problem == (
        "It could not be marked, and has to be looked at by a person (ZeroDivisionError: division by zero)."
    )
    assert zoe.score == 25


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_one_that_an_editor_saved_again_is_marked(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "ada.json").write_bytes(ADA.replace("\n", "\r\n").encode(encoding))
    assert marked(tmp_path)["ada.json"].score == 25


def test_of_two_by_one_student_the_last_counts_whichever_comes_first_in_the_pile(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(as_text(handed_in(at="2026-11-30T11:00:00+00:00", run="2a")))
    (tmp_path / "b.json").write_text(ADA)
    rows = marked(tmp_path)
    assert (rows["a.json"].problem, rows["a.json"].score) == ("", 25)
    assert rows["b.json"].problem == f"Handed in again, and the last counts: {tmp_path / 'a.json'}."


def test_the_same_file_in_the_name_of_another_counts_once_for_whom_it_is_of(tmp_path: Path) -> None:
    for name in ("ada", "bob"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.json").write_text(ADA)
    rows = marked(tmp_path)
    assert rows["ada.json"].problem == f"The same hand-in as {tmp_path / 'bob' / 'bob.json'}, which counts once."
    assert (rows["bob.json"].student, rows["bob.json"].score) == ("ada", 25)


def test_the_same_code_under_another_id_is_told_and_stays_to_be_judged(tmp_path: Path) -> None:
    files = handed_in().files | {"answer.yaml": "route: /other\n"}
    (tmp_path / "ada.json").write_text(ADA)
    (tmp_path / "bob.json").write_text(as_text(handed_in("bob", run="2b", files=files)))
    (tmp_path / "eve.json").write_text(as_text(handed_in("eve", run="2c", files=files | {"main.py": "pass"})))
    rows = marked(tmp_path)
    assert rows["bob.json"].notes == (f"the same work as {tmp_path / 'ada.json'}",)
    assert rows["eve.json"].notes == ()
    assert rows["bob.json"].score == 25


def test_a_mystery_has_the_points_of_its_form(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(as_answer(answered()))
    row = marked(tmp_path)["a.json"]
    assert (row.student, row.work, row.score) == ("Ada, 3b", "mystery 5", 95)
    assert "deductions -5 (hints: 1)" in [str(each) for each in row.criteria]
    assert row.notes == (f"case: {CASES[0].name}", "disproof: Short loans, all the while.")
    assert marked(tmp_path, seed=42)["a.json"].notes[-1] == "seed 5 is not the one of Ada, 3b"


def test_a_hand_in_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    (tmp_path / "ada.json").write_text(ADA)
    rows = Marker(rubric(None), CASES).rows([tmp_path, tmp_path / "." / "ada.json"], lambda _: None)
    assert [row.problem for row in rows] == [""]


def test_nothing_to_mark_hides_behind_a_load_report(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(measured())
    (tmp_path / "report.md").write_text("What the command wrote.")
    (tmp_path / "bob").mkdir()
    for file in (tmp_path / "ada.json", tmp_path / "bob" / "notes.txt"):
        file.write_text(ADA)
    assert set(marked(tmp_path)) == {"report.json", "ada.json", "notes.txt"}


def test_nothing_is_told_of_recordings_while_a_mystery_runs(tmp_path: Path) -> None:
    (tmp_path / "ada.md").write_text("recorded run of product-errors/flag")
    assert "A mystery runs" in marked(tmp_path, running="1")["ada.md"].problem


NAMES: dict[str, Callable[[Path], Path]] = {
    "ada.md": lambda pile: pile / "ada.md",
    "ada/incident.md": lambda pile: pile / "ada" / "incident.md",
    "ada/limits/20261130T101112Z/report.md": lambda pile: pile / "ada" / "limits" / "20261130T101112Z" / "report.md",
}


@pytest.mark.parametrize("place", NAMES.values(), ids=NAMES)
def test_what_holds_no_id_is_of_whoever_its_place_is_named_after(place: Callable[[Path], Path], tmp_path: Path) -> None:
    file = place(tmp_path / "pile")
    file.parent.mkdir(parents=True)
    file.write_text("of the recorded run of product-errors/flag")
    (row,) = marked(tmp_path / "pile").values()
    assert row.student == "ada"


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(build(["grade"]), ["grade", *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.fixture(autouse=True)
def no_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODUNIT_HOME", str(tmp_path / "home"))


def test_the_command_says_what_could_not_be_marked_and_still_prints_the_rest(tmp_path: Path) -> None:
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "ada.json").write_text(ADA)
    assert json.loads(run(str(pile), "--json"))[0]["score"] == 25
    (pile / "half.json").write_text(ADA[:99])
    assert "ada,propagate,25.0," in run(str(pile), "--csv", code=1)
    told = run(str(pile), code=1)
    assert "25" in told
    assert "no whole" in told


def test_a_rubric_is_edited_and_its_mistakes_are_named(tmp_path: Path) -> None:
    (tmp_path / "ada.json").write_text(ADA)
    file, printed = tmp_path / "rubric.yaml", run("--show-rubric")
    file.write_text(printed.replace("weights: {}", "weights: {propagate: {thread: 3, links: 0, joined-logs: 0}}"))
    assert json.loads(run(str(tmp_path / "ada.json"), "--rubric", str(file), "--json"))[0]["score"] == 75
    file.write_text(printed.replace("weights: {}", "weights: {propagate: {thred: 3}}"))
    with pytest.raises(WrongUseError, match="'thred', which is no step of propagate") as refused:
        run(str(tmp_path / "ada.json"), "--rubric", str(file))
    assert "Did you mean 'thread'?" in refused.value.hint
    file.write_text(printed.replace("complete: 10", "complet: 10"))
    with pytest.raises(WrongUseError, match=r"rubric.yaml:\d+"):
        run(str(tmp_path / "ada.json"), "--rubric", str(file))


def test_nothing_to_mark_is_said() -> None:
    with pytest.raises(WrongUseError, match="Nothing was named"):
        run()
