"""The first deviation is the beginning of a run of unusual points, not one point that lies far away."""

from tests.unit.telemetry.duck_store import at
from whodunit.compare.onset import first_deviation

USUAL = [1.0, 1.1, 0.9, 1.0, 1.2, 0.8, 1.0, 1.1, 0.9, 1.0]
TIMES = [at(second) for second in range(20)]


def test_a_shift_begins_with_its_first_point() -> None:
    assert first_deviation(USUAL, TIMES, [*USUAL[:7], *[3.0] * 13], upwards=True) == at(7)


def test_one_far_point_is_no_shift() -> None:
    assert first_deviation(USUAL, TIMES, [*USUAL[:7], 90.0, *USUAL, *USUAL[:2]], upwards=True) is None


def test_only_the_asked_direction_counts() -> None:
    assert first_deviation(USUAL, TIMES, [0.2] * 20, upwards=True) is None
    assert first_deviation(USUAL, TIMES, [0.2] * 20, upwards=False) == at(0)


def test_what_stood_still_deviates_by_a_tenth_and_more() -> None:
    assert first_deviation([5.0] * 10, TIMES, [5.2] * 20, upwards=True) is None
    assert first_deviation([5.0] * 10, TIMES, [*[5.0] * 4, *[7.0] * 16], upwards=True) == at(4)
    assert first_deviation([0.0] * 10, TIMES, [0.0, 0.0, *[1.0] * 18], upwards=True) == at(2)
