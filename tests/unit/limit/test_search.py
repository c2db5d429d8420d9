"""The bisection: whatever the shop bears, it is found in few steps and tried once more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whodunit.limit.search import Found, Search, Step, grid

RATES = grid(24.0, 0.5)


def test_the_grid() -> None:
    assert grid(2.0, 0.5) == [0.5, 1.0, 1.5, 2.0]
    assert grid(3.0, 0.5, 1.5) == [1.5, 2.0, 2.5, 3.0]
    assert grid(1.0, 0.1)[-1] == 1.0


@given(st.integers(0, len(RATES)))
def test_every_limit_is_found_in_six_steps_and_confirmed(bears: int) -> None:
    search, steps = Search(RATES), 0
    while step := search.next:
        search.tell(step, met=step.value in RATES[:bears])
        steps += not step.confirms
    assert steps <= 6
    expected = RATES[bears - 1] if bears else None
    missed = RATES[bears] if bears < len(RATES) else None
    assert search.found == Found(expected, missed, confirmed=bears > 0)


def test_a_value_that_is_not_confirmed_makes_room_for_the_next_lower_one() -> None:
    search = Search([1.0, 2.0, 3.0])
    search.tell(Step(2.0, confirms=False), met=True)
    search.tell(Step(3.0, confirms=False), met=False)
    search.tell(Step(3.0, confirms=True), met=False)
    assert search.next == Step(2.0, confirms=True)
    search.tell(Step(2.0, confirms=True), met=False)
    assert search.next == Step(1.0, confirms=True)
    search.tell(Step(1.0, confirms=True), met=True)
    assert search.next is None
    assert search.found == Found(1.0, 2.0, confirmed=True)


def test_a_miss_that_was_noise_sends_the_search_on_above_it() -> None:
    search, is_calm = Search(RATES), False
    while step := search.next:
        search.tell(step, met=step.value < 9 or (is_calm and step.value < 18))
        is_calm = is_calm or step.value == 9.0
    assert search.found == Found(17.5, 18.0, confirmed=True)


def test_confirmations_come_to_an_end() -> None:
    search, confirmations = Search(RATES), 0
    while step := search.next:
        confirmations += step.confirms
        search.tell(step, met=not step.confirms and step.value < 12)
    assert confirmations == 4
    assert search.found == Found(10.0, 10.5, confirmed=False)


def test_what_is_known_before_the_end() -> None:
    search = Search(RATES)
    assert search.found == Found(None, None, confirmed=False)
    assert search.next
    search.tell(search.next, met=True)
    assert search.found == Found(12.0, None, confirmed=False)


@pytest.mark.parametrize(("met", "following"), [(True, 18.0), (False, 6.0)])
def test_half_of_what_is_left_is_next(met: bool, following: float) -> None:
    search = Search(RATES)
    search.tell(Step(12.0, confirms=False), met=met)
    assert search.next == Step(following, confirms=False)
