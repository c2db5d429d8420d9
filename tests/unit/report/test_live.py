"""A time of a shop that runs: what is told of it, and what is not while a mystery runs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.report.shop import ENDED_S, LENGTH_S, ONSET_S, fill
from tests.unit.telemetry.duck_store import NOON, DuckStore, at
from whodunit.errors import LabError, WrongUseError
from whodunit.faults.catalogue import read as read_flags
from whodunit.incident import catalogue
from whodunit.incident.truth import Reason
from whodunit.report.document import report
from whodunit.report.live import Asked, Shop, subject_of
from whodunit.report.subject import Subject
from whodunit.telemetry.answers import Plot
from whodunit.telemetry.questions import MetricQuery, Window
from whodunit.telemetry.store.adapter import StoreTelemetry

WHOLE = Asked("2026-11-21T12:00:00Z", "2026-11-21T12:01:00Z")
PAGE = {
    "id": "1",
    "alert": {"name": "CheckoutErrorBudgetBurn", "service": "order", "severity": "page", "summary": "Checkouts fail"},
    "wakes": "checkout",
    "called": at(45).isoformat(),
    "acknowledged": at(52).isoformat(),
    "ended": at(58).isoformat(),
}
AUDIT = {"orders": 11, "lost": 0, "double_charged": 0, "stock_difference": 0, "stuck": 0, "held": True}
LEDGER = [
    {"time": at(28).isoformat(), "event": "set", "flag": "payment-pool-exhaustion", "variant": "on", "until": ""},
    {"time": at(50).isoformat(), "event": "clear", "flag": "payment-pool-exhaustion", "variant": "on"},
    {"time": at(500).isoformat(), "event": "set", "flag": "gateway-slow", "variant": "on", "until": ""},
]
RUNS = {
    "running": True,
    "mystery": "abc",
    "title": "Some orders hang",
    "complaint": "They hang.",
    "started_s": NOON.timestamp(),
}
TOLD = {
    "case": "checkout-hangs/held",
    "component": "payment",
    "reason": "connection-held-across-call",
    "explanation": "A connection stays lent while the gateway is asked.",
    "title": "Some orders hang after the payment step",
    "onset": at(ONSET_S).isoformat(),
    "end": at(LENGTH_S).isoformat(),
    "tried": [
        {"action": "restart", "service": "payment", "applied_s": at(40).timestamp(), "healed_s": None, "hides": False},
        {
            "action": "larger-pool",
            "service": "payment",
            "applied_s": at(45).timestamp(),
            "healed_s": None,
            "hides": False,
        },
        {
            "action": "roll-back",
            "service": "order",
            "applied_s": at(48).timestamp(),
            "healed_s": at(53).timestamp(),
            "hides": False,
        },
    ],
    "hints": 1,
    "answer": {"player": "Ada", "disproof": "quick payments"},
    "evidence": [
        {"cited": "metric pay p95 12:00:31..12:00:45", "here": {"before": "1s", "during": "9s"}, "why": "counts"}
    ],
    "siblings": [
        {
            "case": "checkout-hangs/cut",
            "number": "db.client.connection.max{service=payment} value",
            "here": {"before": "5", "during": "5"},
            "there": {"before": "5", "during": "1"},
        }
    ],
    "proof": [{"title": "Payments wait", "message": "p95 of wait: 4s", "query": "select 1", "traces": ["ab" * 16]}],
    "verdict": {
        "score": 74,
        "deductions": 8,
        "marks": [{"field": "component", "answered": "payment", "truth": "payment", "points": 10, "weight": 10}],
    },
}


class FakeLab:
    """Answers as a lab does; a mystery that runs is never revealed."""

    def __init__(self, played: dict[str, Any] | None = None, told: dict[str, Any] | None = None) -> None:
        self.played, self.told = played or {"running": False}, told

    def status(self) -> Any:
        return {"mode": "lite"}

    def pages(self) -> dict[str, Any]:
        return {"pages": [PAGE, PAGE | {"called": at(900).isoformat()}]}

    def audit(self, settle_s: float) -> dict[str, Any]:
        return AUDIT

    def mystery(self, method: str, path: str = "") -> dict[str, Any]:
        assert method == "GET", "to reveal a mystery that runs ends it"
        if not path:
            return self.played
        if self.told is None:
            raise LabError("No mystery runs.", "")
        return self.told


class Replay(FakeLab):
    """Answers as the lab of a replay does: there is neither pager nor mystery nor audit."""

    def status(self) -> Any:
        return {"mode": "replay", "title": "Slow", "begins": at(0).isoformat(), "now": at(50).isoformat()}

    def pages(self) -> dict[str, Any]:
        raise AssertionError

    def audit(self, settle_s: float) -> dict[str, Any]:
        raise WrongUseError("This is a recording.", "")

    def mystery(self, method: str, path: str = "") -> dict[str, Any]:
        raise AssertionError


def shop(lab: FakeLab | None = None, *, broken: bool = True) -> Shop:
    telemetry = StoreTelemetry(fill(DuckStore(), broken=broken))
    return Shop(lab or FakeLab(), telemetry, LEDGER, at(LENGTH_S))


def told(lab: FakeLab | None = None, asked: Asked = WHOLE) -> tuple[Subject, str]:
    subject = subject_of(shop(lab), asked)
    return subject, report(subject).markdown


class Noting(StoreTelemetry):
    """Keeps the questions about metrics over time."""

    def __init__(self, store: DuckStore) -> None:
        super().__init__(store)
        self.plotted: list[tuple[str, Window]] = []

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str] = ()) -> Plot:
        self.plotted.append((repr((query, step_s, by)), window))
        return super().plot(query, window, step_s, by)


def test_objectives_are_asked_once() -> None:
    telemetry = Noting(fill(DuckStore()))
    subject = subject_of(Shop(FakeLab(), telemetry, LEDGER, at(LENGTH_S)), WHOLE)
    of_objectives = list(telemetry.plotted)
    report(subject)
    assert len(of_objectives) > 1
    assert not set(of_objectives) & set(telemetry.plotted[len(of_objectives) :])


def test_the_trouble_is_the_time_outside_of_an_objective() -> None:
    subject, text = told()
    assert (subject.before, subject.trouble) == (Window(at(0), at(ONSET_S)), Window(at(ONSET_S), at(ENDED_S)))
    assert "is taken to be the first deviation" in text


def test_calls_and_books_are_told() -> None:
    _, text = told()
    assert "| page: checkout on call | 12:00:45 | 15.0s | called about CheckoutErrorBudgetBurn |" in text
    assert "| page: checkout on call | 12:00:52 | 22.0s | acknowledged |" in text
    assert "Money and stock: every promise was kept. Of 11 orders in the books, 0" in text


def test_what_was_switched_within_the_time_is_told_and_suspected() -> None:
    subject, text = told()
    assert [each.time for each in subject.switched] == [at(28), at(50)]
    assert "**consistent**: payment-pool-exhaustion=on put in force" in text


def test_while_a_mystery_runs_nothing_is_told_that_its_player_cannot_see() -> None:
    subject, text = told(FakeLab(played=RUNS))
    page = report(subject).html
    sealed = {reason.value for reason in Reason} | set(read_flags().flags) | {case.name for case in catalogue.cases()}
    sealed |= {remedy.title for case in catalogue.cases() for remedy in case.scenario.remedies}
    assert [word for word in sealed if word in text or word in page] == []
    assert "a mystery runs" in text
    assert "They hang." in text


def test_of_a_mystery_that_runs_all_of_its_time_is_told() -> None:
    subject = subject_of(shop(FakeLab(played=RUNS)), Asked())
    assert subject.whole == Window(at(0), at(LENGTH_S))
    assert not subject.is_onset_known


def test_of_one_that_was_revealed_the_path_of_its_player_is_told() -> None:
    subject, text = told(FakeLab(told=TOLD))
    assert subject.trouble == Window(at(ONSET_S), at(40))
    assert "**proven**: payment, connection-held-across-call" in text
    assert "- Player: Ada" in text
    assert "restart payment, larger-pool payment, roll-back order" in text
    assert "| 12:00:48 | roll-back order | the symptoms were gone 5 s later |" in text
    row = "5 → 5; in a recorded run of checkout-hangs/cut 5 → 1"
    assert f"| checkout-hangs/cut | db.client.connection.max{{service=payment}} value | {row} |" in text
    assert "74 of 100 points, 8 taken off" in text


def test_of_one_in_which_nothing_was_wrong_no_remedy_is_told() -> None:
    said = {"component": None, "reason": "nothing-wrong", "explanation": "Nothing is wrong. An answer is wrong."}
    _, text = told(FakeLab(told=TOLD | said | {"case": "checkout-hangs/nothing-wrong", "tried": []}))
    assert "**proven**: nobody, nothing-wrong (" in text
    assert "Not worth trying" not in text
    assert "| now |" not in text


def test_a_time_in_which_no_mystery_began_is_not_told_as_one() -> None:
    subject = subject_of(shop(FakeLab(told=TOLD)), Asked("2026-11-21T12:00:35Z", "2026-11-21T12:01:00Z"))
    assert (subject.path, subject.known) == (None, None)


def test_without_times_one_that_was_revealed_begins_a_minute_before_its_onset() -> None:
    subject = subject_of(shop(FakeLab(told=TOLD)), Asked())
    assert subject.whole == Window(at(ONSET_S) - timedelta(minutes=1), at(LENGTH_S))


def test_a_replay_is_told_up_to_where_it_stands() -> None:
    subject = subject_of(shop(Replay()), Asked())
    assert (subject.title, subject.whole, subject.calls, subject.audit) == ("Slow", Window(at(0), at(50)), None, None)


def test_in_health_it_says_that_nothing_was_missed() -> None:
    subject = subject_of(replace(shop(broken=False), ledger=[]), WHOLE)
    text = report(subject).markdown
    assert "No objective was missed." in text
    assert "No span failed." in text
    assert "**unknown**" in text


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        (Asked("-20s", "-30s"), "it ends before it begins", "--from 14:03"),
        (Asked("yesterday"), "is not a moment", "Write it like 14:03"),
        (Asked("-10m", "-5m"), "There is no telemetry in", "It was last heard at 2026-11-21 12:00:59 UTC."),
    ],
)
def test_a_time_without_telemetry_is_refused(asked: Asked, message: str, hint: str) -> None:
    with pytest.raises(WrongUseError, match=message) as refused:
        subject_of(shop(), asked)
    assert hint in refused.value.hint
