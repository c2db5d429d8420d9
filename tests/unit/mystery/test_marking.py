"""Hand-ins, marked elsewhere."""

import csv
import io
import json
from pathlib import Path

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


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ada.json"
    path.write_text(as_text(handed_in()))
    return path


def test_the_leader_marks_it(file: Path) -> None:
    row = marking.marked_file(file, "sesame", CASES)
    assert (row.player, row.case, row.hints) == ("Ada, 3b", CASES[0].name, 1)
    assert row.verdict
    assert row.verdict.score == 95


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_one_that_an_editor_saved_again_is_marked(file: Path, encoding: str) -> None:
    file.write_bytes(file.read_text().replace("\n", "\r\n").encode(encoding))
    assert marking.marked_file(file, "sesame", CASES).verdict


@pytest.mark.parametrize("player", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)", "\t=1", "\x1b\x7f=1", "\uff1d1"])
def test_a_spreadsheet_takes_no_text_for_a_formula(player: str) -> None:
    (read_back,) = csv.DictReader(io.StringIO(marking.csv([marking.Row("a.json", player, problem="-")]), newline=""))
    assert (read_back["file"], read_back["player"], read_back["problem"]) == ("a.json", f"'{legible(player)}", "'-")


BROKEN = {
    "notes.txt": (b"What I did.", "This is no hand-in."),
    "photo.jpg": (b"\xff\xd8\xff", "save it as UTF-8"),
    "half.json": (as_text(handed_in()).encode()[:200], "This is no hand-in."),
    "list.json": (b"[]", "This is no hand-in."),
    "changed.json": (as_text(handed_in().model_copy(update={"sealed": "\u00e4" * 40})).encode(), "cannot be opened"),
    "old.json": (
        as_text(handed_in().model_copy(update={"sealed": sealed(leader_key("sesame", ID), "{}")})).encode(),
        "Another release",
    ),
}


def test_a_pile_becomes_a_table_whatever_lies_in_it(file: Path, tmp_path: Path) -> None:
    for name, (content, _) in BROKEN.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    pile = [file, *(tmp_path / name for name in BROKEN), tmp_path / "folder", tmp_path / "lost.json"]
    rows = [marking.marked_file(each, "sesame", CASES) for each in pile]
    good, *bad = csv.DictReader(io.StringIO(marking.csv(rows)))
    assert (good["score"], good["component"], good["player"]) == ("95.0", "10.0", "Ada, 3b")
    assert good["disproof"] == "Short loans, all the while."
    for row, (_, problem) in zip(bad, BROKEN.values(), strict=False):
        assert row["score"] == ""
        assert problem in row["problem"], row
    assert ["directory" in bad[-2]["problem"], "No such file" in bad[-1]["problem"]] == [True, True]


def test_another_passphrase_opens_nothing(file: Path) -> None:
    assert "cannot be opened" in marking.marked_file(file, "", CASES).problem
    with pytest.raises(LabError, match="cannot be opened"):
        read(file.read_text(), "guess")


def test_what_is_readable_may_be_edited_and_does_not_count(file: Path) -> None:
    document = json.loads(file.read_text())
    document["answer"]["reason"] = "network"
    document["hints"] = 0
    file.write_text(json.dumps(document))
    row = marking.marked_file(file, "sesame", CASES)
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
