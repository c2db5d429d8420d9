"""A span's own time is what none of its children covers, however they lie."""

import pytest

from tests.unit.telemetry.duck_store import at
from whodunit.telemetry.answers import Span
from whodunit.telemetry.own_time import own_s, stretches


def span(start_s: float, seconds: float) -> Span:
    return Span("t", "s", None, "order", "x", "internal", at(start_s), seconds, "unset", "", {}, ())


@pytest.mark.parametrize(
    ("children", "own"),
    [
        ([], [(0, 10)]),
        ([(0, 10)], []),
        ([(2, 3)], [(0, 2), (5, 10)]),
        ([(4, 4), (2, 3)], [(0, 2), (8, 10)]),
        ([(2, 6), (3, 1)], [(0, 2), (8, 10)]),
        ([(-2, 3), (9, 5)], [(1, 9)]),
        ([(12, 1)], [(0, 10)]),
    ],
)
def test_what_no_child_covers(children: list[tuple[float, float]], own: list[tuple[float, float]]) -> None:
    under_way = [span(start, seconds) for start, seconds in children]
    found = [(round(since, 6), round(until, 6)) for since, until in stretches(span(0, 10), under_way)]
    assert found == own
    assert own_s(span(0, 10), under_way) == pytest.approx(sum(until - since for since, until in own))
