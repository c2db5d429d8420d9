"""The token bucket."""

import pytest

from kit.token_bucket import TokenBucket


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_few_are_there_at_once_and_so_many_a_second(clock: Clock) -> None:
    bucket = TokenBucket(10, 3, clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.now += 0.15
    assert [bucket.take() for _ in range(2)] == [True, False]


def test_it_holds_no_more_however_long_nobody_takes_one(clock: Clock) -> None:
    bucket = TokenBucket(10, 3, clock)
    clock.now += 60
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_it_says_how_long_to_wait(clock: Clock) -> None:
    bucket = TokenBucket(10, 1, clock)
    assert bucket.wait_s == 0
    bucket.take()
    assert bucket.wait_s == pytest.approx(0.1)
    clock.now += 0.05
    assert bucket.wait_s == pytest.approx(0.05)


def test_what_is_spent_early_is_missed_later(clock: Clock) -> None:
    bucket = TokenBucket(10, 1, clock)
    bucket.take()
    clock.now += 0.09
    bucket.spend()
    assert bucket.wait_s == pytest.approx(0.11)
