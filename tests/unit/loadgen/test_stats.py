"""The numbers that the load generator tells."""

from random import Random

import pytest

from loadgen.latencies import Latencies
from loadgen.spec import JourneyKind
from loadgen.stats import Stats


class Clock:
    """A clock that moves when told to."""

    now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


def test_percentiles_are_true_to_a_percent() -> None:
    latencies = Latencies()
    durations = sorted(Random(1).lognormvariate(0, 1) for _ in range(5000))
    for each in durations:
        latencies.add(each)
    for percent in (50, 95, 99, 100):
        exact = durations[round(len(durations) * percent / 100) - 1]
        assert latencies.percentile(percent) == pytest.approx(exact, rel=0.011)


def test_no_durations_no_percentile() -> None:
    assert Latencies().percentile(95) is None


def test_the_window_holds_the_last_ten_whole_seconds() -> None:
    clock = Clock()
    stats = Stats(clock)
    for second in range(60):
        clock.now_s = 50.5 + second
        for _ in range(4 if second >= 50 else 1):
            stats.checkout(0.2)
            stats.request("GET", "/")
    clock.now_s = 110.2
    snapshot = stats.snapshot()
    assert snapshot["now"]["checkouts_per_s"] == snapshot["now"]["requests_per_s"] == 4
    assert snapshot["now"]["checkout_p95_s"] == pytest.approx(0.2, rel=0.01)
    assert snapshot["total"]["checkouts"] == 90
    clock.now_s = 130.0
    assert stats.snapshot()["now"]["checkouts_per_s"] == 0


def test_a_young_run_is_measured_over_its_age() -> None:
    clock = Clock()
    stats = Stats(clock)
    for _ in range(6):
        stats.journey(JourneyKind.BUY)
    clock.now_s += 3
    assert stats.snapshot()["now"]["journeys_per_s"]["buy"] == 2


def test_the_total_leaves_the_warm_up_out() -> None:
    clock = Clock()
    stats = Stats(clock, warm_up_s=5)
    stats.request("GET", "/", response_time=900.0)
    clock.now_s += 5
    for _ in range(4):
        stats.request("GET", "/", response_time=100.0)
    clock.now_s += 2
    snapshot = stats.snapshot()
    assert (snapshot["total"]["requests"], snapshot["total"]["requests_per_s"]) == (4, 2)
    assert snapshot["total"]["request_p95_s"] == pytest.approx(0.1, rel=0.011)
    assert (snapshot["now"]["requests"], snapshot["now"]["request_p95_s"]) == (5, pytest.approx(0.9, rel=0.011))


def test_what_went_wrong_is_told_apart() -> None:
    stats = Stats()
    stats.request("POST", "/api/checkout", exception=Exception("503"))
    stats.request("POST", "/api/checkout", exception=Exception("503"))
    stats.request("GET", "/api/products", exception=Exception("TimeoutError"))
    stats.arrival(0.7, refused=True)
    stats.arrival(0.1, refused=False)
    stats.order("failed", 3.0)
    stats.order("unfinished", None)
    total = stats.snapshot()["total"]
    assert total["errors"] == {"POST /api/checkout: 503": 2, "GET /api/products: TimeoutError": 1}
    assert (total["refused"], total["late_s"]) == (1, 0.7)
    assert total["orders"] == {"failed": 1, "unfinished": 1}
    assert total["order_end_p95_s"] == pytest.approx(3, rel=0.01)
