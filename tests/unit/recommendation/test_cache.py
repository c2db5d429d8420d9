"""What the cache keeps and what it forgets."""

import pytest

from services.recommendation.cache import Cache


class Clock:
    """Stands still unless moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> Cache[int, str]:
    return Cache(size=2, ttl_s=10, clock=clock)


def test_a_value_is_kept_for_its_time(cache: Cache[int, str], clock: Clock) -> None:
    cache.put(1, "one")
    clock.now = 9.9
    assert cache.get(1) == "one"
    clock.now = 10
    assert cache.get(1) is None
    assert len(cache) == 0


def test_the_least_recently_used_value_is_forgotten_first(cache: Cache[int, str]) -> None:
    cache.put(1, "one")
    cache.put(2, "two")
    cache.get(1)
    cache.put(3, "three")
    assert [cache.get(key) for key in (1, 2, 3)] == ["one", None, "three"]


def test_a_new_value_takes_the_old_ones_place(cache: Cache[int, str], clock: Clock) -> None:
    cache.put(1, "one")
    clock.now = 5
    cache.put(1, "uno")
    clock.now = 12
    assert (cache.get(1), len(cache)) == ("uno", 1)
