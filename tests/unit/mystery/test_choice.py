"""The seed alone chooses."""

from fractions import Fraction

import pytest

from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.truth import Reason
from whodunit.mystery.cases import FALSE_ALARM, faces, named, truth_of
from whodunit.mystery.choice import HEALTHY_S, choose

CASES = catalogue.cases()
NO_MYSTERY = {case.name for case in CASES if case.slug in ("all-quiet", "telemetry-gap", "visitors-fail")} | {
    "orders-not-saved/idle-connections"
}
"""Nothing is wrong; it is not the lab's to switch; it needs Chromium; it needs a server that counts connections."""


def test_the_same_seed_gives_the_same_mystery() -> None:
    for seed in range(20):
        assert choose(CASES, seed, None, 15) == choose(list(reversed(CASES)), seed, None, 15)


def test_every_incident_comes_up_and_behind_every_face_a_false_alarm() -> None:
    names = {choose(CASES, seed, None, 15).case.name for seed in range(1000)}
    incidents = {case.name for case in CASES} - NO_MYSTERY
    assert names == incidents | {f"{name.partition('/')[0]}/{FALSE_ALARM}" for name in incidents}


def test_a_quarter_of_the_seeds_of_a_face_are_false_alarms() -> None:
    drawn = [choose(CASES, seed, None, 15).case for seed in range(2000)]
    assert 0.2 < sum(case.cause == FALSE_ALARM for case in drawn) / len(drawn) < 0.3
    for found in faces(CASES).values():
        assert sum(share for _, share in found) == 1
        assert next(share for case, share in found if case.cause == FALSE_ALARM) == Fraction(1, 4)


def test_nothing_is_switched_and_nobody_rushes_in_a_false_alarm() -> None:
    for found in faces(CASES).values():
        *causes, (alarm, _) = found
        scenario = alarm.scenario
        assert (scenario.before, scenario.faults, scenario.load.rush) == ([], [], None)
        assert truth_of(alarm).reason is Reason.NOTHING_WRONG
        assert named(CASES, alarm.name) == alarm
        assert {len(case.scenario.hints) for case, _ in causes} == {len(scenario.hints)}


def test_it_begins_in_the_first_part_after_some_health() -> None:
    onsets = {choose(CASES, seed, None, 15).onset_after_s for seed in range(300)}
    assert min(onsets) >= HEALTHY_S
    assert max(onsets) <= HEALTHY_S + 0.15 * 15 * 60
    assert len(onsets) > 50


def test_a_level_is_kept_to() -> None:
    assert {choose(CASES, seed, 1, 15).case.scenario.level for seed in range(20)} == {"beginner"}
    with pytest.raises(WrongUseError, match="level"):
        choose([case for case in CASES if not case.scenario.breaks], 1, None, 15)
