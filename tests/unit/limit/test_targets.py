"""When a trial has missed its targets, and how little it proves."""

import pytest

from whodunit.limit.targets import Figures, Targets, Verdict, upper_bound, verdict


@pytest.mark.parametrize(
    ("failures", "requests", "bound"),
    [(0, 100, 0.0295), (1, 100, 0.0466), (5, 1000, 0.0105), (0, 29956, 0.0001), (3, 3, 1.0), (0, 0, 1.0)],
)
def test_the_upper_bound_is_that_of_clopper_and_pearson(failures: int, requests: int, bound: float) -> None:
    assert upper_bound(failures, requests) == pytest.approx(bound, rel=0.005)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (Figures(1000, 0, 300, 0.75), Verdict.MET),
        (Figures(1000, 0, 200, 0.76), Verdict.MISSED),
        (Figures(1000, 0, 199, 0.76), Verdict.UNSURE),
        (Figures(1000, 1, 300, 0.7), Verdict.UNSURE),
        (Figures(1000, 2, 300, 0.7), Verdict.MISSED),
        (Figures(30000, 3, 300, 0.7), Verdict.MET),
        (Figures(1000, 0, 300, 0.7, late_s=1.5), Verdict.UNSURE),
        (Figures(0, 0, 0, None), Verdict.MISSED),
    ],
)
def test_a_miss_needs_enough_samples_or_two_failures(figures: Figures, expected: Verdict) -> None:
    assert verdict(figures, Targets()) is expected


def test_how_many_requests_one_failure_needs() -> None:
    assert Targets().requests_for_one_failure == 10_000
    assert Targets(success_percent=100).requests_for_one_failure is None
