"""Whoever knows every case by heart, and looks at no telemetry, does not get far."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from tests.unit.mystery.test_commands import run
from whodunit.mystery import odds
from whodunit.mystery.answer import Answer
from whodunit.mystery.grading import NOBODY, affected, grade
from whodunit.mystery.odds import Chance, Odds

MEAN, WORST = 35, 40
ENOUGH = 3
"""Causes behind a complaint; with fewer a guess earns too much."""

RIGHT, WRONG = 95, 35
"""The least for the right answer, and the most for another cause of the complaint."""

TOO_SHORT = {"checkout-hangs-daily, checkout-hangs-daily/nothing-wrong"}
"""The healthy run was recorded for less than a period of the fault, which also has minutes in which all is well."""


@pytest.fixture(scope="module")
def found() -> Sequence[Odds]:
    return odds.every()


def test_the_best_guess_earns_little(found: Sequence[Odds]) -> None:
    assert {each.face: each.expected for each in found if each.expected > WORST} == {}
    assert odds.expected(found) <= MEAN


def test_at_least_three_causes_stand_behind_each_complaint(found: Sequence[Odds]) -> None:
    assert {each.face for each in found if each.causes < ENOUGH} == set()


def every_chance(found: Sequence[Odds]) -> Iterator[tuple[str, Chance, Sequence[Chance]]]:
    """Each case with a name for messages, and those behind the same complaint."""
    yield from ((f"{each.face}, {chance.name}", chance, each.chances) for each in found for chance in each.chances)


def right(chance: Chance) -> Answer:
    """The answer of somebody who has looked, at the recording of that case."""
    truth = chance.truth
    is_wrong = truth.component is not None
    after_s = odds.EARLIEST_S + (truth.onset.after if truth.onset else 0.0)
    return Answer(
        component=truth.component or NOBODY,
        reason=truth.reason.value,
        second_component=truth.second.component if truth.second else "",
        second_reason=truth.second.reason.value if truth.second else "",
        onset=datetime.fromtimestamp(odds.STARTED_S + after_s, UTC) if is_wrong else None,
        propagation=sorted(affected(truth)),
        mitigation=min(chance.heals, key=lambda name: chance.heals[name], default=""),
    )


def test_whoever_looks_earns_it_all(found: Sequence[Odds]) -> None:
    scores = {name: grade(chance.truth, chance.diary(right(chance))).score for name, chance, _ in every_chance(found)}
    assert {name for name, score in scores.items() if score < RIGHT} <= TOO_SHORT


def test_whoever_accuses_a_sibling_earns_little(found: Sequence[Odds]) -> None:
    for name, chance, family in every_chance(found):
        for sibling in family:
            if sibling.truth.reason is not chance.truth.reason:
                score = grade(chance.truth, chance.diary(right(sibling))).score
                assert score <= WRONG, (name, sibling.name)


def test_the_best_guess_played_on_every_case_earns_what_is_expected(found: Sequence[Odds]) -> None:
    for each in found:
        scores = [
            chance.share * grade(chance.truth, chance.diary(each.strategy, onset_s)).score / len(odds.ONSETS)
            for chance in each.chances
            for onset_s in odds.ONSETS
        ]
        assert sum(scores) == pytest.approx(each.expected, abs=0.1), each.face


def test_a_guess_earns_the_whole_of_no_field_that_tells_the_causes_apart(found: Sequence[Odds]) -> None:
    for each in found:
        assert sum(each.by_field.values()) == pytest.approx(each.expected)
        assert 0 < each.by_field["reason"] <= 30, each.face
        assert 0 < each.by_field["onset"] < 5, each.face


def test_every_complaint_is_as_likely_as_seeds_make_it(found: Sequence[Odds]) -> None:
    assert sum(each.prior for each in found) == pytest.approx(1)
    told = odds.as_json(found)
    assert told["worst"]["expected"] == max(each["expected"] for each in told["faces"])
    assert told["expected"] <= told["worst"]["expected"]
    assert {"face", "prior", "expected", "strategy", "by_field"} == set(told["faces"][0])


def test_it_is_a_command(monkeypatch: pytest.MonkeyPatch, found: Sequence[Odds]) -> None:
    monkeypatch.setattr(odds, "every", lambda: found)
    monkeypatch.setattr("whodunit.mystery.odds_commands.played", lambda: "")
    assert "of 100 can be expected" in run("scenario", "odds")
    assert '"worst"' in run("scenario", "odds", "--json")
