"""The commands, over a class without a shop."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from tests.unit.classroom.class_lab import ADDRESS, ATTENDS, PASSPHRASE, SEED, ClassLab
from whodunit.classroom import commands
from whodunit.entry.cli import build
from whodunit.errors import WrongUseError

pytestmark = pytest.mark.anyio


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClassLab:
    found = ClassLab(tmp_path)
    monkeypatch.setattr(commands, "find", lambda: SimpleNamespace(lab=found.client))
    monkeypatch.setattr(
        commands, "connect", lambda _home, *, start: SimpleNamespace(client=found.client(), started=start)
    )
    monkeypatch.setenv("COLUMNS", "160")
    return found


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(build(["class"]), ["class", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def test_without_a_class_it_says_how_to_come_to_one(lab: ClassLab) -> None:
    assert "whodunit class open · whodunit class join" in run("status")


def test_a_class_is_opened_and_joined_as_typed(lab: ClassLab) -> None:
    run("open", "--seed", "42", "--listen", "0.0.0.0", "--leader", "sesame")
    run("join", ADDRESS, "K7QF-M2XP", "--name", "Ada")
    opening, joining = (body for _, _, body in lab.asked)
    assert (opening["seed"], opening["listen"], opening["leader"]) == (42, "0.0.0.0", "sesame")
    assert joining == {"address": ADDRESS, "code": "K7QF-M2XP", "name": "Ada"}


async def test_who_is_where_is_told_and_nothing_of_the_answers(lab: ClassLab) -> None:
    await lab.play()
    shown = run("status")
    assert f"whodunit class join {ADDRESS}" in shown
    assert [line.split() for line in shown.splitlines() if line.startswith("Ada")] == [
        ["Ada", "playing", "12", "1", "2", "yes"]
    ]
    assert [
        word for word in (str(SEED), PASSPHRASE, "payment", "leak") if word in shown + run("status", "--json")
    ] == []


async def test_results_come_after_the_end_as_a_table_and_for_a_spreadsheet(lab: ClassLab) -> None:
    await lab.play()
    with pytest.raises(WrongUseError, match="has not ended"):
        run("results")
    lab.leading.end()
    shown = run("results")
    assert "reason: it was connection-leak" in shown
    assert "connection leak  ← true" in shown
    assert shown.index("Ada") < shown.index("Cy")
    assert run("results", "--csv").splitlines()[0].startswith("student,file,player,")
    assert json.loads(run("results", "--json"))["truth"]["component"] == "payment"


async def test_files_are_taken_and_what_is_none_is_named(lab: ClassLab, tmp_path: Path) -> None:
    await lab.play()
    notes, photo = tmp_path / "notes.txt", tmp_path / "photo.jpg"
    notes.write_text("What I did.")
    photo.write_bytes(b"\xff\xd8\xff")
    good = tmp_path / "hand-in.json"
    good.write_text(lab.folder.hand_in(lab.leading.led.hand_ins[0].mystery))
    shown = run("hand-in", str(good), str(notes), str(photo), code=2)
    assert "handed in by Ada" in shown
    assert "This is no hand-in." in shown
    assert "cannot be read" in shown


def test_a_student_sees_the_own_place(lab: ClassLab) -> None:
    lab.attends = dict(ATTENDS)
    assert "as Ada · playing" in run("status")
    assert "No class answers. Wait." in run("status")
