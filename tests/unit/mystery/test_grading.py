"""Every mystery, answered rightly and in the ways that look right and are not."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.mystery.fakes import DURING, ONSET, TELLING, Incident
from whodunit.incident import catalogue
from whodunit.incident.loader import Case, load_truth
from whodunit.incident.truth import Reason
from whodunit.mystery.answer import Answer, words
from whodunit.mystery.cases import is_mystery
from whodunit.mystery.facts import Elsewhere, Facts, Finding, Pair
from whodunit.mystery.gathering import suffering
from whodunit.mystery.grading import WEIGHTS, Verdict, affected, grade, hint_cost
from whodunit.mystery.mitigations import of_flag
from whodunit.mystery.plan import Diary, Mitigation, Plan
from whodunit.mystery.trail import trouble
from whodunit.telemetry.citation import SpanCitation
from whodunit.telemetry.questions import Window
from whodunit.topology import SERVICES

CASES = [case for case in catalogue.cases() if is_mystery(case)]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
WITH_TWO = [case for case in CASES if load_truth(case).second]
WITH_SIBLINGS = [case for case in CASES if len(case.causes) > 1]


SPAN = SpanCitation(trace=TELLING, span="1" * 16)


def finding(convicts: tuple[str, ...] = (), *, again: bool = True) -> Finding:
    """Evidence that convicts these of two siblings."""
    pair = Pair(before=0.0, during=1.0)
    siblings = tuple(Elsewhere(case=name, pair=pair, holds=name in convicts) for name in ("a", "b"))
    return Finding(citation=SPAN, here=pair, again=Elsewhere(case="x", pair=pair, holds=again), siblings=siblings)


def right(case: Case, **other: Any) -> Answer:
    truth = load_truth(case)
    remedies = case.scenario.remedies
    said: dict[str, Any] = {
        "component": truth.component,
        "reason": truth.reason.value,
        "second_component": truth.second.component if truth.second else "",
        "second_reason": truth.second.reason.value if truth.second else "",
        "onset": ONSET + timedelta(seconds=truth.onset.after if truth.onset else 0),
        "propagation": sorted(affected(truth)),
        "evidence": [SPAN],
        "mitigation": of_flag(remedies[0].flag) if remedies else "restart order",
    }
    return Answer(**(said | other))


def verdict(case: Case, answer: Answer, *, healed: bool = True, hints: int = 0, tries: int = 1) -> Verdict:
    truth = load_truth(case)
    suffered = suffering(Incident(case=case), case.scenario, DURING)
    facts = Facts(evidence=(finding(),), siblings=("a", "b"), suffering=suffered)
    action, _, service = answer.mitigation.partition(" ")
    tried = Mitigation(action=action, service=service, applied_s=0.0, healed_s=1.0 if healed else None)
    return grade(truth, Diary(plan=plan(case), hints=hints, mitigations=(tried,) * tries, answer=answer, facts=facts))


def plan(case: Case) -> Plan:
    return Plan(
        id="1234",
        case=case.name,
        seed=1,
        started_s=ONSET.timestamp() - 60,
        onset_s=int(ONSET.timestamp()),
        latest_onset_s=int(ONSET.timestamp()),
        end_s=int(DURING.end.timestamp()),
        leader_key="",
        load_before=None,
    )


def lost(case: Case, answer: Answer, **more: Any) -> dict[str, float]:
    """What each field misses of its weight."""
    marks = verdict(case, answer, **more).marks
    return {mark.field: mark.weight - mark.points for mark in marks if mark.points < mark.weight}


@every_case
def test_the_right_answer_gets_full_marks(case: Case) -> None:
    assert verdict(case, right(case)).score == 100


@every_case
def test_so_does_another_right_word(case: Case) -> None:
    truth = load_truth(case)
    for component in truth.synonyms.component:
        assert lost(case, right(case, component=component.upper().replace(" ", "-"))) == {}
    for reason in truth.synonyms.reason:
        assert lost(case, right(case, reason=reason)) == {}


@every_case
def test_the_service_where_it_shows_is_not_the_one_at_fault(case: Case) -> None:
    truth = load_truth(case)
    for service in {"frontend", *affected(truth)} - {words(each) for each in truth.components}:
        assert lost(case, right(case, component=service)).keys() == {"component"}


@pytest.mark.parametrize("case", WITH_TWO, ids=lambda case: case.name)
def test_of_two_causes_each_is_half(case: Case) -> None:
    second = load_truth(case).second
    assert second
    other_way_round = {"component": second.component, "reason": second.reason.value}
    first = {"second_component": right(case).component, "second_reason": right(case).reason}
    assert lost(case, right(case, **other_way_round, **first)) == {}
    for left_out in ({"second_component": "", "second_reason": ""}, other_way_round):
        halves = {"component": 5, "reason": 20, "evidence": 12.5}
        assert lost(case, right(case, **left_out)) == halves


def test_a_second_cause_where_there_is_one_halves_the_first() -> None:
    case = next(case for case in CASES if case not in WITH_TWO)
    accuses = right(case, second_component="recommendation", second_reason="memory-leak")
    assert lost(case, accuses) == {"component": 5, "reason": 20, "evidence": 12.5}


@pytest.mark.parametrize("case", WITH_SIBLINGS, ids=lambda case: case.name)
def test_a_sibling_cause_is_not_the_cause(case: Case) -> None:
    siblings = [other for other in CASES if other.slug == case.slug and other.name != case.name]
    for sibling in siblings:
        truth = load_truth(sibling)
        for reason in (truth.reason.value, *truth.synonyms.reason):
            assert lost(case, right(case, reason=reason)).keys() == {"reason", "evidence"}, reason


@pytest.mark.parametrize(
    ("evidence", "points"),
    [
        ((), 0),
        ((finding(),), 25),
        ((finding(("a",)),), 12.5),
        ((finding(("a", "b")),), 0),
        ((finding(("a",)), finding(("b",))), 25),
        ((finding(("a",)), finding(("a", "b"))), 12.5),
        ((finding(again=False),), 0),
        ((Finding(citation=SPAN, problem="no such span was recorded"),), 0),
    ],
)
def test_evidence_earns_by_whom_it_would_not_convict(evidence: tuple[Finding, ...], points: float) -> None:
    case = CASES[0]
    facts = Facts(evidence=evidence, siblings=("a", "b"))
    diary = Diary(plan=plan(case), answer=right(case), facts=facts)
    assert mark("evidence", case, diary) == points
    guessed = diary.model_copy(update={"answer": right(case, reason="network")})
    assert mark("evidence", case, guessed) == 0


@every_case
def test_an_onset_a_little_off_is_worth_half(case: Case) -> None:
    truth = load_truth(case)
    assert truth.onset
    at = ONSET + timedelta(seconds=truth.onset.after + 1.5 * truth.onset.tolerance)
    assert lost(case, right(case, onset=at)) == {"onset": 2.5}
    assert lost(case, right(case, onset=at + timedelta(hours=1)))["onset"] == 5


@every_case
def test_half_of_the_way_is_worth_half_and_everything_nothing(case: Case) -> None:
    reached = affected(load_truth(case))  # nobody, where the frontend itself is at fault
    assert lost(case, right(case, propagation=[service.name for service in SERVICES]))["propagation"] > 0
    assert lost(case, right(case, propagation=[])) == ({"propagation": 5} if reached else {})
    assert lost(case, right(case, propagation=[*reached, "frontend"])) == {}


def test_whom_this_run_did_not_show_to_suffer_is_neither_asked_for_nor_wrong() -> None:
    case = next(case for case in CASES if case.name == "checkout-hangs/held")
    diary = Diary(plan=plan(case), facts=Facts(suffering=["order", "payment", "user"]))
    for said in ("payment,order", "payment,order,inventory", "payment,order,user"):
        answer = Answer(propagation=said.split(","))
        assert mark("propagation", case, diary.model_copy(update={"answer": answer})) == 5, said
    wrong = Answer(propagation=["payment", "order", "token"])
    assert mark("propagation", case, diary.model_copy(update={"answer": wrong})) < 5


def test_nobody_suffers_where_nothing_shows() -> None:
    case = next(case for case in CASES if case.name == "checkout-hangs/held")
    assert suffering(Incident(case=case, healed=ONSET), case.scenario, DURING) == []


def mark(field: str, case: Case, diary: Diary) -> float:
    return next(each.points for each in grade(load_truth(case), diary).marks if each.field == field)


@every_case
def test_the_run_is_asked_who_suffered(case: Case) -> None:
    truth = load_truth(case)
    asked = suffering(Incident(case=case), case.scenario, DURING)
    assert affected(truth) - {words(truth.component or "")} <= {words(each) for each in asked}


def test_the_time_of_the_trouble_ends_with_the_first_mitigation_after_its_onset() -> None:
    onset_s = ONSET.timestamp()
    tried = [Mitigation(action="restart", service="order", applied_s=onset_s + after_s) for after_s in (-5, 40, 90)]
    diary = Diary(plan=plan(CASES[0]), mitigations=tuple(tried))
    assert trouble(diary, onset_s + 200) == Window(ONSET, ONSET + timedelta(seconds=40))
    assert trouble(diary, onset_s + 20).seconds == 20
    assert trouble(diary.model_copy(update={"mitigations": ()}), onset_s + 9e9) == DURING


@every_case
def test_a_mitigation_counts_only_when_it_was_seen_to_help(case: Case) -> None:
    assert lost(case, right(case), healed=False).keys() == {"mitigation"}


@every_case
def test_whoever_says_that_nothing_is_wrong_accuses_nobody(case: Case) -> None:
    assert verdict(case, right(case, reason="nothing-wrong")).score == 0


def test_a_mitigation_that_only_hides_is_worth_half() -> None:
    case = CASES[0]
    hiding = Mitigation(action="restart", service="order", applied_s=0.0, healed_s=1.0, hides=True)
    answer = right(case, mitigation="restart order")
    assert mark("mitigation", case, Diary(plan=plan(case), answer=answer, mitigations=(hiding,))) == 7.5


@every_case
def test_hints_and_tries_are_taken_off(case: Case) -> None:
    assert verdict(case, right(case), hints=2).score == 100 - 5 - 10
    assert verdict(case, right(case), tries=3).score == 100 - 3 - 3
    assert hint_cost(0) == 0


def test_no_answer_gets_nothing() -> None:
    assert verdict(CASES[0], Answer()).score == 0


def test_the_form_is_one_and_makes_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100


@every_case
def test_no_other_word_for_a_cause_fits_another(case: Case) -> None:
    family = [other for other in CASES if other.slug == case.slug and other.name != case.name]
    others = {*Reason, *(word for other in family for word in load_truth(other).synonyms.reason)}
    taken = {words(word) for word in others} & {words(word) for word in load_truth(case).synonyms.reason}
    assert taken == set()


QUIET = catalogue.find("all-quiet")


def quiet(answer: Answer, **diary: Any) -> dict[str, float]:
    """The points of each field where nothing is wrong."""
    marks = grade(load_truth(QUIET), Diary(plan=plan(QUIET), answer=answer, **diary)).marks
    return {mark.field: mark.points for mark in marks}


def test_where_nothing_is_wrong_the_form_is_the_same_and_asks_less() -> None:
    points = quiet(Answer(component="none", reason="nothing-wrong"))
    assert points == WEIGHTS | {"evidence": 0}
    assert quiet(Answer(reason="nothing-wrong")) == points


def test_whoever_accuses_somebody_where_nothing_is_wrong_gets_nothing() -> None:
    assert set(quiet(Answer(component="payment", reason="pool-cut")).values()) == {0}
    tried = (Mitigation(action="restart", service="order", applied_s=1.0, healed_s=2.0),)
    blamed = Answer(component="none", reason="nothing-wrong", onset=ONSET, propagation=["order"])
    points = quiet(blamed, mitigations=tried)
    assert (points["onset"], points["propagation"], points["mitigation"]) == (0, 0, 0)
