"""A forecast is an interval, or the reason why there is none."""

from random import Random

import pytest

from tests.unit.telemetry.duck_store import at
from whodunit.compare.forecast import Forecast, Line, forecast

SECONDS = range(0, 120, 5)
TIMES = [at(second) for second in SECONDS]


def noisy(slope: float, noise: float, seed: int = 1) -> list[float]:
    draw = Random(seed)
    return [slope * second + draw.gauss(0, noise) for second in SECONDS]


def test_a_line_without_noise_meets_the_limit_at_one_moment() -> None:
    found = forecast(TIMES, [2.0 * second for second in SECONDS], 400)
    assert found.verdict == "reaches"
    assert found.earliest == found.expected == found.latest == at(200)
    assert found.slope_per_s == pytest.approx(2)


def test_nine_of_ten_moments_lie_within_the_interval() -> None:
    within = 0
    for seed in range(200):
        found = forecast(TIMES, noisy(1.0, 5.0, seed), 200)
        assert found.earliest is not None
        assert found.latest is not None
        noise = Random(-seed - 1).gauss(0, 5.0)
        within += found.earliest <= at(200 - noise) <= found.latest
    assert 170 <= within <= 190


def test_the_interval_is_wider_the_further_it_leads() -> None:
    def width(found: Forecast) -> float:
        assert found.earliest is not None
        assert found.latest is not None
        return (found.latest - found.earliest).total_seconds()

    assert width(forecast(TIMES, noisy(1.0, 5.0), 150)) < width(forecast(TIMES, noisy(1.0, 5.0), 600))


def test_a_limit_below_is_reached_by_falling() -> None:
    found = forecast(TIMES, [300.0 - second for second in SECONDS], 100)
    assert (found.verdict, found.expected) == ("reaches", at(200))


@pytest.mark.parametrize(
    ("values", "limit", "verdict"),
    [
        ([5.0] * 24, 10, "flat"),
        (noisy(0.0, 5.0), 100, "flat"),
        ([200.0 - second for second in SECONDS], 300, "receding"),
        ([float(min(second, 60)) for second in SECONDS], 100, "slowed"),
        ([float(second) for second in SECONDS], 100, "reached"),
        ([float(second) for second in SECONDS], 1e6, "far"),
        ([1.0, 2.0, None, *[None] * 21], 100, "too-few-points"),
    ],
)
def test_what_the_points_do_not_show_is_said(values: list[float | None], limit: float, verdict: str) -> None:
    found = forecast(TIMES, values, limit)
    assert (found.verdict, found.earliest, found.expected, found.latest) == (verdict, None, None, None)


def test_the_quantile_is_that_of_students_distribution() -> None:
    assert Line(10, 0, 0, 1, 1, 1).quantile == pytest.approx(1.8595480375308973, abs=3e-3)
    assert Line(22, 0, 0, 1, 1, 1).quantile == pytest.approx(1.7247182429207866, abs=3e-3)
