"""The seed alone chooses."""

import pytest

from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.mystery.choice import HEALTHY_S, choose

CASES = catalogue.cases()
NO_MYSTERY = {"all-quiet", "telemetry-gap"}
"""Nothing is wrong; it is not the lab's to switch."""


def test_the_same_seed_gives_the_same_mystery() -> None:
    for seed in range(20):
        assert choose(CASES, seed, None, 15) == choose(list(reversed(CASES)), seed, None, 15)


def test_every_incident_comes_up_and_health_never_does() -> None:
    names = {choose(CASES, seed, None, 15).case.name for seed in range(300)}
    assert names == {case.name for case in CASES} - NO_MYSTERY


def test_it_begins_in_the_first_part_after_some_health() -> None:
    onsets = {choose(CASES, seed, None, 15).onset_after_s for seed in range(300)}
    assert min(onsets) >= HEALTHY_S
    assert max(onsets) <= HEALTHY_S + 0.15 * 15 * 60
    assert len(onsets) > 50


def test_a_level_is_kept_to() -> None:
    assert {choose(CASES, seed, 1, 15).case.scenario.level for seed in range(20)} == {"beginner"}
    with pytest.raises(WrongUseError, match="level"):
        choose([case for case in CASES if not case.scenario.breaks], 1, None, 15)
