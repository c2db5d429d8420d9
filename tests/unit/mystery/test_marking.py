"""Hand-ins, marked elsewhere."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.unit.mystery.test_grading import CASES, right
from whodunit.errors import LabError, WrongUseError
from whodunit.mystery import marking
from whodunit.mystery.facts import Fact, Facts
from whodunit.mystery.handin import LARGEST_BYTES, HandIn, as_text, hand_in, read
from whodunit.mystery.plan import Diary, Mitigation, Plan
from whodunit.mystery.vault import leader_key

ID = "c0ffee00"
FOUND = Fact(exists=True, in_window=True, shows_component=True, shows_symptom=True)


def handed_in(passphrase: str = "sesame") -> HandIn:
    case = CASES[0]
    answer = right(case, player="Ada, 3b")
    plan = Plan(
        id=ID,
        case=case.name,
        seed=5,
        started_s=0.0,
        onset_s=int(answer.onset_s or 0),
        latest_onset_s=0,
        end_s=0,
        leader_key=leader_key(passphrase, ID).hex(),
        load_before=None,
    )
    tried = (Mitigation(flag=answer.mitigation, applied_s=1.0, healed_s=2.0),)
    return hand_in(Diary(plan=plan, hints=1, mitigations=tried, answer=answer, facts=Facts(trace=FOUND)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ada.json"
    path.write_text(as_text(handed_in()))
    return path


def test_the_leader_marks_it(file: Path) -> None:
    row = marking.marked(file, "sesame")
    assert (row.player, row.case, row.hints) == ("Ada, 3b", CASES[0].name, 1)
    assert row.verdict
    assert row.verdict.score == 95


def test_a_pile_becomes_a_table(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("What I did.")
    rows = [marking.marked(each, "sesame") for each in (file, other)]
    good, bad = csv.DictReader(io.StringIO(marking.csv(rows)))
    assert (good["score"], good["component"], good["player"]) == ("95.0", "25.0", "Ada, 3b")
    assert (bad["score"], bad["problem"]) == ("", "This is no hand-in.")


def test_another_passphrase_opens_nothing(file: Path) -> None:
    assert "cannot be opened" in marking.marked(file, "").problem
    with pytest.raises(LabError, match="cannot be opened"):
        read(file.read_text(), "guess")


def test_what_is_readable_may_be_edited_and_does_not_count(file: Path) -> None:
    document = json.loads(file.read_text())
    document["answer"]["reason"] = "network"
    document["hints"] = 0
    file.write_text(json.dumps(document))
    row = marking.marked(file, "sesame")
    assert row.verdict
    assert row.verdict.score == 95


def test_it_is_small_and_does_not_hold_its_own_key() -> None:
    text = as_text(handed_in())
    assert len(text) < LARGEST_BYTES / 10
    assert leader_key("sesame", ID).hex() not in text
    assert read(text, "sesame")[1].plan.leader_key == ""


def test_another_file_is_told_apart() -> None:
    with pytest.raises(WrongUseError, match="no hand-in"):
        read("{}", "sesame")
