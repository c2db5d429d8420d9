"""The commands, against a lab that answers from a script."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from tests import recorded_runs
from tests.unit.mystery.test_grading import CASES, right, verdict
from tests.unit.mystery.test_marking import ID, handed_in
from tests.unit.mystery.test_page import PLAN
from whodunit.entry.cli import build
from whodunit.errors import LabError, WrongUseError
from whodunit.incident.loader import load_truth
from whodunit.lab import active_mystery
from whodunit.mystery import commands
from whodunit.mystery.draw import seed_of
from whodunit.mystery.handin import as_text
from whodunit.mystery.plan import Diary
from whodunit.mystery.revelation import revelation
from whodunit.mystery.vocabulary import causes

STATUS = {
    "running": True,
    "mystery": "1",
    "title": "Some orders hang",
    "complaint": "My order\nhangs.",
    "started_s": 0.0,
    "begins_in_s": 0.0,
    "seconds_left": 90.0,
    "hints_used": 0,
    "hints_left": 3,
    "next_hint_costs": 5,
    "mitigations": ["restart order"],
    "answered": False,
    "closes": False,
}


NOTHING_SHOWN: dict[str, Any] = {"baseline": [], "innocent": [], "siblings": [], "proof": []}


def told() -> dict[str, Any]:
    case = CASES[0]
    answer = right(case)
    return revelation(case, load_truth(case), Diary(plan=PLAN, answer=answer), verdict(case, answer), NOTHING_SHOWN)


ANSWERS: dict[tuple[str, str], Callable[[], dict[str, Any]]] = {
    ("GET", ""): lambda: STATUS,
    ("POST", ""): lambda: STATUS,
    ("POST", "/hint"): lambda: {"hint": "Look [closer].", "cost": 5, "left": 2},
    ("GET", "/mitigations"): lambda: {
        "actions": {"restart": "End it."},
        "services": ["order"],
    },
    ("POST", "/mitigations"): lambda: STATUS,
    ("POST", "/answer"): lambda: handed_in().model_dump(mode="json"),
    ("POST", "/reveal"): told,
}


class ScriptedLab:
    """Also the target that leads to it."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.running = "another"
        self.is_stopped = False
        self.staged: list[dict[str, Any]] = []
        """What it tells until everything is in place."""

    def lab(self) -> "ScriptedLab":
        return self

    def mystery(self, method: str, path: str = "", body: Any = None) -> dict[str, Any]:
        if self.is_stopped:
            raise KeyboardInterrupt
        self.bodies.append(body)
        told = self.staged.pop(0) if self.staged else ANSWERS[method, path]()
        return told | {"mystery": self.running} if method == "GET" else told

    def __enter__(self) -> "ScriptedLab":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> ScriptedLab:
    lab = ScriptedLab()
    monkeypatch.setattr(commands, "find", lambda: lab)
    monkeypatch.setattr(active_mystery, "find", lambda: lab)
    return lab


def run(*arguments: str, text: str = "") -> str:
    result = CliRunner().invoke(build(list(arguments)), list(arguments), input=text)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_who_stops_the_start_learns_how_to_end_what_may_have_begun(
    lab: ScriptedLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "connect", lambda _home, *, start: SimpleNamespace(client=lab, started=start))
    assert "My order hangs." in run("mystery", "start", "--seed", "7")
    assert lab.bodies == [{"level": None, "seed": 7, "minutes": 15, "leader": ""}]
    run("mystery", "start", "--until", "14:30")
    assert datetime.fromtimestamp(lab.bodies[-1]["until_s"]).astimezone().strftime("%H:%M:%S") == "14:30:00"
    assert "minutes" not in lab.bodies[-1]
    with pytest.raises(WrongUseError, match="or until a time of day"):
        run("mystery", "start", "--until", "14:30", "--minutes", "15")
    with pytest.raises(WrongUseError, match="is not a moment"):
        run("mystery", "start", "--until", "half past")
    run("mystery", "start", "--seed", "7", "--student", "ada")
    assert lab.bodies[-1]["seed"] == seed_of("ada", 7) != seed_of("bob", 7)
    lab.staged = [STATUS | {"begins_in_s": 0.01}] * 3
    assert "My order hangs." in run("mystery", "start")
    assert not lab.staged
    lab.staged = [STATUS | {"begins_in_s": 0.01}, {"running": False, "ended": "token has not read it."}]
    with pytest.raises(LabError, match="token has not read it"):
        run("mystery", "start")
    lab.is_stopped = True
    with pytest.raises(LabError, match="may have begun") as stopped:
        run("mystery", "start")
    assert stopped.value.exit_code == 130


def test_the_complaint_is_told(lab: ScriptedLab) -> None:
    out = run("mystery", "status")
    assert "My order hangs." in out
    assert "1m30s left" in out


def test_a_hint_and_what_it_cost(lab: ScriptedLab) -> None:
    assert "Look [closer]." in run("mystery", "hint")


def test_mitigations_are_listed_and_put_in_force(lab: ScriptedLab) -> None:
    assert "End it." in run("mystery", "mitigate")
    assert "In force: restart order. Within" in run("mystery", "mitigate", "restart", "order")
    assert lab.bodies[-1] == {"action": "restart", "service": "order"}


def test_a_mitigation_says_which_one_it_has_taken_the_place_of(lab: ScriptedLab) -> None:
    lab.staged = [STATUS | {"mitigations": ["restart order", "restart user"]}]
    assert "In force: restart user, in place of restart order." in run("mystery", "mitigate", "restart", "user")


def test_the_words_for_a_cause_are_told_with_their_meaning() -> None:
    assert "crash-loop" in run("mystery", "causes")
    assert json.loads(run("mystery", "causes", "--json"))["bad-data"].startswith("Rows ")


def test_an_answer_becomes_a_file_to_hand_in(lab: ScriptedLab, tmp_path: Path) -> None:
    out = tmp_path / "mine.json"
    assert "To hand in" in run("mystery", "answer", "component=payment", "--out", str(out))
    assert lab.bodies[-1]["component"] == "payment"
    assert json.loads(out.read_text())["player"] == "Ada, 3b"


def test_the_form_asks_question_by_question(lab: ScriptedLab, tmp_path: Path) -> None:
    typed = "order\nslow-query\n\n\n\npayment, order\nspan 4bf92f 00f067\n\n\nThe pool would be full.\nAda\n"
    run("mystery", "answer", "--out", str(tmp_path / "mine.json"), text=typed)
    said = lab.bodies[-1]
    assert (said["component"], said["reason"], said["onset"], said["player"]) == ("order", "slow-query", None, "Ada")
    assert said["propagation"] == ["payment", "order"]
    assert said["evidence"] == [{"trace": "4bf92f", "span": "00f067"}]
    assert said["disproof"] == "The pool would be full."


def test_the_verdict_is_shown_and_kept(lab: ScriptedLab, tmp_path: Path) -> None:
    out = tmp_path / "verdict.md"
    assert "100 of 100" in run("mystery", "reveal", "--out", str(out))
    assert out.read_text().startswith("# ")


def test_a_place_that_cannot_be_written_is_told(lab: ScriptedLab, tmp_path: Path) -> None:
    with pytest.raises(LabError, match="Cannot write"):
        run("mystery", "reveal", "--out", str(tmp_path / "no" / "verdict.md"))


def test_both_words_and_a_file_are_one_too_many(lab: ScriptedLab, tmp_path: Path) -> None:
    file = tmp_path / "answer.yaml"
    file.write_text("component: payment\n")
    with pytest.raises(WrongUseError, match="not both"):
        run("mystery", "answer", "reason=slow-query", "--file", str(file))
    assert lab.bodies == []


def test_nobody_learns_from_the_grader_what_is_sealed(lab: ScriptedLab, tmp_path: Path) -> None:
    file = tmp_path / "ada.json"
    file.write_text(as_text(handed_in("")))
    assert json.loads(run("grade", str(file), "--json"))[0]["score"] == 95
    lab.running = ID
    [row] = json.loads(run("grade", str(file), "--json"))
    assert (row["problem"], row["score"], row["criteria"], row["notes"]) == ("This mystery still runs.", None, [], [])
    file.write_text(as_text(handed_in()))
    assert json.loads(run("grade", str(file), "--leader", "sesame", "--json"))[0]["score"] == 95


def test_no_scenario_is_shown_with_its_hints_while_one_is_played(lab: ScriptedLab) -> None:
    with pytest.raises(WrongUseError, match="mystery runs"):
        run("scenario", "show", "checkout-hangs/gateway-slow", "--hints")
    lab.running = ""
    assert "1." in run("scenario", "show", "checkout-hangs/gateway-slow", "--hints")


def test_no_recorded_run_tells_its_onset_while_one_is_played(lab: ScriptedLab, tmp_path: Path) -> None:
    folder = str(recorded_runs.make(tmp_path / "run"))
    with pytest.raises(WrongUseError, match="mystery runs"):
        run("compare", folder)
    lab.running = ""
    assert run("compare", folder).startswith("before: ")


def test_a_pile_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ada.json"
    file.write_text(as_text(handed_in()))
    monkeypatch.setenv("WHODUNIT_LEADER", "sesame")
    assert ",95.0,component 10/10; " in run("grade", str(file), "--csv")
    assert "95" in run("grade", str(file))
    assert json.loads(run("grade", str(file), "--json"))[0]["score"] == 95
    assert "cannot be opened" in run("grade", str(file), "--leader", "guess", "--csv")


def test_the_help_for_an_answer_defines_each_cause() -> None:
    said = " ".join(run("mystery", "answer", "--help").split())
    assert [word for word, meaning in causes().items() if f"{word}: {meaning}" not in said] == []
