"""Hand-ins, marked elsewhere."""

import csv
import io
import json

import pytest

from tests.unit.mystery.test_grading import CASES, finding, right
from whodunit.errors import LabError, WrongUseError
from whodunit.legible import legible
from whodunit.mystery import marking
from whodunit.mystery.answer import Answer
from whodunit.mystery.facts import Facts
from whodunit.mystery.handin import LARGEST_BYTES, HandIn, as_text, hand_in, read
from whodunit.mystery.plan import Diary, Mitigation, Plan
from whodunit.mystery.vault import leader_key, sealed
from whodunit.telemetry.citation import LogCitation
from whodunit.topology import SERVICES

ID = "c0ffee00"
FACTS = Facts(evidence=(finding(),), siblings=("a", "b"))


def handed_in(passphrase: str = "sesame") -> HandIn:
    case = CASES[0]
    answer = right(case, player="Ada, 3b", disproof="Short loans, all the while.")
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
    action, service = answer.mitigation.split()
    tried = (Mitigation(action=action, service=service, applied_s=1.0, healed_s=2.0),)
    return hand_in(Diary(plan=plan, hints=1, mitigations=tried, answer=answer, facts=FACTS))


def marked(text: str, passphrase: str = "sesame") -> marking.Row:
    return marking.marked("ada.json", text, passphrase, CASES)


def test_the_leader_marks_it() -> None:
    row = marked(as_text(handed_in()))
    assert (row.player, row.case, row.hints) == ("Ada, 3b", CASES[0].name, 1)
    assert row.verdict
    assert row.verdict.score == 95


@pytest.mark.parametrize("player", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)", "\t=1", "\x1b\x7f=1", "\uff1d1"])
def test_a_spreadsheet_takes_no_text_for_a_formula(player: str) -> None:
    row = marking.Row("a.json", player, problem="-").cells()
    (read_back,) = csv.DictReader(io.StringIO(marking.as_csv(list(row), [row]), newline=""))
    assert (read_back["file"], read_back["player"], read_back["problem"]) == ("a.json", f"'{legible(player)}", "'-")


BROKEN = {
    "notes.txt": ("What I did.", "This is no hand-in."),
    "half.json": (as_text(handed_in())[:200], "This is no hand-in."),
    "list.json": ("[]", "This is no hand-in."),
    "changed.json": (as_text(handed_in().model_copy(update={"sealed": "\u00e4" * 40})), "cannot be opened"),
    "old.json": (
        as_text(handed_in().model_copy(update={"sealed": sealed(leader_key("sesame", ID), "{}")})),
        "Another release",
    ),
}


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_hand_in_has_a_reason_and_no_verdict(text: str, problem: str) -> None:
    row = marked(text)
    assert problem in row.problem
    assert row.verdict is None


def test_another_passphrase_opens_nothing() -> None:
    assert "cannot be opened" in marked(as_text(handed_in()), "").problem
    with pytest.raises(LabError, match="cannot be opened"):
        read(as_text(handed_in()), "guess")


def test_what_is_readable_may_be_edited_and_does_not_count() -> None:
    document = json.loads(as_text(handed_in()))
    document["answer"]["reason"] = "network"
    document["hints"] = 0
    row = marked(json.dumps(document))
    assert row.verdict
    assert row.verdict.score == 95


def test_the_longest_answer_fits_in_the_file_that_may_be_handed_in() -> None:
    longest = {
        name: "ä" * next(each.max_length for each in field.metadata if hasattr(each, "max_length"))
        for name, field in Answer.model_fields.items()
        if field.annotation is str
    }
    services, line = [service.name for service in SERVICES] * 3, LogCitation(log="ä" * 500, trace="a" * 32)
    plan = read(as_text(handed_in()), "sesame")[1].plan.model_copy(update={"leader_key": "0" * 64})
    diary = Diary(plan=plan, answer=Answer.model_validate(longest | {"propagation": services, "evidence": [line] * 3}))
    tried = (Mitigation(action="smaller-transactions", service="product-catalog", applied_s=1e9, healed_s=1e9),) * 100
    assert len(as_text(hand_in(diary.model_copy(update={"mitigations": tried}))).encode()) < LARGEST_BYTES


def test_it_is_small_and_does_not_hold_its_own_key() -> None:
    text = as_text(handed_in())
    assert len(text) < LARGEST_BYTES / 10
    assert leader_key("sesame", ID).hex() not in text
    assert read(text, "sesame")[1].plan.leader_key == ""


def test_another_file_is_told_apart() -> None:
    with pytest.raises(WrongUseError, match="no hand-in"):
        read("{}", "sesame")
