"""The critical path is what the customer waited for, and nothing that went on beside it."""

import pytest

from tests.unit.telemetry.duck_store import at
from whodunit.telemetry.answers import Span
from whodunit.telemetry.critical_path import critical_path


def span(span_id: str, parent: str | None, start_s: float, end_s: float) -> Span:
    took_s = end_s - start_s
    return Span("t", span_id, parent, "order", span_id, "internal", at(start_s), took_s, "unset", "", {}, ())


ROOT = span("root", None, 0, 10)


@pytest.mark.parametrize(
    ("below", "path"),
    [
        ([], "root"),
        ([span("a", "root", 1, 4), span("b", "root", 5, 9)], "root a b"),
        ([span("a", "root", 1, 9), span("beside", "root", 2, 8)], "root a"),
        ([span("a", "root", 1, 9), span("deep", "a", 2, 8)], "root a deep"),
        ([span("a", "root", 1, 5), span("b", "root", 4, 9), span("late", "root", 6, 12)], "root late a"),
        ([span("alone", "gone", 1, 12)], "root"),
    ],
)
def test_what_was_waited_for(below: list[Span], path: str) -> None:
    assert critical_path([*below, ROOT]) == set(path.split())


def test_a_circle_has_none() -> None:
    assert critical_path([span("a", "b", 0, 1), span("b", "a", 0, 1)]) == set()
