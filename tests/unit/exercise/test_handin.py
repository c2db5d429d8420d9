"""The file that a learner hands in: whole, unchanged, and theirs."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.unit.exercise.right import flask_products
from whodunit.entry.cli import build
from whodunit.errors import WrongUseError
from whodunit.exercise import folder
from whodunit.exercise.catalogue import exercise
from whodunit.exercise.checking import judged
from whodunit.exercise.handin import FORMAT, Content, Done, as_done, as_text, hand_in, read, unpack

FLASK = exercise("flask-products")


def handed_in(student: str = "ada", run: str = "1f", **changes: Any) -> Content:
    content = Content(
        format=FORMAT,
        exercise="propagate",
        student=student,
        run=run,
        at="2026-11-30T10:00:00+00:00",
        steps=(Done(step="thread", missing=()), Done(step="queue", missing=("No span is of kind producer.",))),
        answer={},
        requests=(),
        files={"main.py": "print('hello')\n", "answer.yaml": "route: /\n"},
    )
    return content.model_copy(update=changes)


def test_what_was_written_is_read() -> None:
    assert read(as_text(handed_in())) == handed_in()


def edited(change: Callable[[dict[str, Any]], object]) -> str:
    said = json.loads(as_text(handed_in()))
    change(said)
    return json.dumps(said)


BROKEN = {
    "nothing": ("", "no whole JSON document"),
    "half of it": (as_text(handed_in())[:300], "no whole JSON document"),
    "nested too deeply": ("[" * 100_000, "no whole JSON document"),
    "a list": ("[]", "This is no hand-in"),
    "another file": ("{}", "This is no hand-in: format is not as it was written"),
    "a version to come": (edited(lambda said: said.update(format="whodunit exercise 2", more=1)), "another version"),
    "a version that looks alike": (edited(lambda said: said.update(format="whodunit exercise 2")), "another version"),
    "another student's name": (edited(lambda said: said.update(student="bob")), "changed after it was written"),
    "a step made right": (edited(lambda said: said["steps"][1].update(missing=[])), "changed after it was written"),
    "other code": (edited(lambda said: said["files"].update({"main.py": "pass"})), "changed after it was written"),
}


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN)
def test_what_is_not_as_it_was_written_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(WrongUseError, match=problem) as refused:
        read(text)
    assert "handed in again" in refused.value.hint


@pytest.mark.parametrize("name", ["../out.py", "/tmp/out.py", "a/../../out.py", "C:\\out.py", "..\\out.py", "\0.py"])
def test_no_file_is_unpacked_outside_of_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="written elsewhere"):
        unpack(handed_in(files={name: "1"}), tmp_path / "within")
    assert not list(tmp_path.rglob("out.py"))


def test_it_is_unpacked_as_it_was(tmp_path: Path) -> None:
    unpack(handed_in(files={"main.py": "1", "templates/a.html": "2"}), tmp_path)
    assert (tmp_path / "templates" / "a.html").read_text() == "2"


def test_another_students_answer_is_wrong_for_most(tmp_path: Path) -> None:
    """The numbers come from the id: who copies an answer has somebody else's."""
    copied = flask_products(tmp_path)
    right = [FLASK.of(f"s{number}").answer["executions"] for number in range(100)]
    assert len(set(right)) > 15
    assert {int(each) for each in right} <= set(range(25, 49))
    (step,) = FLASK.chosen("slow-query")
    found = judged(step, replace(copied, right_answer=FLASK.of("s1").answer))
    (done,) = as_done([found])
    assert done.missing == ("answer.yaml: executions is not '24'.",)


def test_without_an_id_there_are_the_usual_numbers_and_with_one_always_the_same() -> None:
    assert FLASK.numbers == {"PRODUCTS_IN_CATEGORY": "24"}
    assert FLASK.of("ada@example.org").numbers == {"PRODUCTS_IN_CATEGORY": "29"}


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder.begin(exercise("propagate"), tmp_path / "propagate", solved=False, student="ada")
    return tmp_path / "propagate"


def test_a_folder_has_one_owner(begun: Path) -> None:
    assert folder.student(begun) == folder.belongs_to(begun, None) == folder.belongs_to(begun, "ada") == "ada"
    with pytest.raises(WrongUseError, match="begun by ada, not by bob"):
        folder.belongs_to(begun, "bob")
    (begun / folder.STUDENT).unlink()
    with pytest.raises(WrongUseError, match="Whose is it"):
        folder.belongs_to(begun, None)
    assert folder.belongs_to(begun, "bob") == folder.student(begun) == "bob"


@pytest.mark.parametrize("named", ["a b", "../ada", "=1+1", "x" * 61])
def test_an_id_that_is_none_begins_nothing(named: str, tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="no id of a student"):
        folder.begin(exercise("propagate"), tmp_path / "new", solved=False, student=named)
    assert not (tmp_path / "new").exists()


def test_nothing_is_submitted_without_a_name(begun: Path) -> None:
    (begun / folder.STUDENT).unlink()
    result = CliRunner().invoke(build(["exercise"]), ["exercise", "submit", "propagate"])
    assert isinstance(result.exception, WrongUseError)
    assert "--student ID" in result.exception.hint


def test_the_last_hand_in_is_no_part_of_the_next(tmp_path: Path) -> None:
    alert_it = exercise("alert-it")
    folder.begin(alert_it, tmp_path / "alert-it", solved=False, student="ada")
    (tmp_path / "alert-it" / "alert-it-ada.json").write_text(as_text(handed_in()))
    assert "alerts.yml" in (files := hand_in(alert_it, tmp_path / "alert-it", lambda _: None).files)
    assert "alert-it-ada.json" not in files
