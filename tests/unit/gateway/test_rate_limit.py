"""The token bucket."""

import pytest

from kit.errors import TooManyRequests
from services.gateway.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_allowed_and_then_no_more() -> None:
    limit = RateLimit(3, Clock())
    for _ in range(3):
        limit.take("shop")
    with pytest.raises(TooManyRequests):
        limit.take("shop")
    limit.take("another shop")


def test_time_refills_the_bucket_up_to_its_size() -> None:
    clock = Clock()
    limit = RateLimit(2, clock)
    for _ in range(2):
        limit.take("shop")
    clock.now += 60
    for _ in range(2):
        limit.take("shop")
    with pytest.raises(TooManyRequests):
        limit.take("shop")
