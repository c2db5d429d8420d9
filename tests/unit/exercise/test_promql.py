"""PromQL on a few samples; `tests/stack/test_exercise_promql.py` compares all of it with Prometheus."""

import math

import pytest

from whodunit.exercise.promql.buckets import quantile
from whodunit.exercise.promql.evaluation import Evaluator
from whodunit.exercise.promql.matching import EvaluationError
from whodunit.exercise.promql.series import NAME, Samples
from whodunit.exercise.promql.understood import expression

SAMPLES = {
    ("total", "a"): [0, 10, 20, 5, 15],
    ("total", "b"): [0, 1, 2, 3, 4],
    ("level", "a"): [1, 2, 3, 4, 5],
    ("limit", "a"): [3, 3, 3, 3, 3],
}
"""By name and service, every five seconds from 0:05 on; the first has a reset."""

AT_MS = 25_000


def evaluated(text: str) -> dict[str, float]:
    """By service, or nothing where the result has none."""
    samples = Samples()
    for (name, service), values in SAMPLES.items():
        for place, value in enumerate(values, 1):
            samples.series({NAME: name, "service": service}).add(place * 5_000, float(value))
    found = Evaluator(samples).vector(expression(text), AT_MS)
    return {dict(labels).get("service", ""): value for labels, value in found.items()}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("increase(total[20s])", {"a": 100 / 3, "b": 4.0}),
        ("rate(total[20s])", {"a": 5 / 3, "b": 0.2}),
        ("increase(total[10s])", {"a": 15.0, "b": 2.0}),
        ("increase(total[5s])", {}),
        ("sum(increase(total[10s] offset 5s))", {"": 12.0}),
        ("level > limit", {"a": 5.0}),
        ("level < limit", {}),
        ("level - ignoring (x) limit", {"a": 2.0}),
        ("total and level", {"a": 15.0}),
        ("total unless level", {"b": 4.0}),
        ("max_over_time(level[1m])", {"a": 5.0}),
        ("avg_over_time(sum(level)[20s:5s])", {"": 3.5}),
        ("topk(1, total)", {"a": 15.0}),
        ('absent(gone{service="c"})', {"c": 1.0}),
        ("level / 0 > 1", {"a": math.inf}),
        ("vector(time())", {"": 25.0}),
        ("round(limit / 2)", {"a": 2.0}),
        ("round(limit / 0)", {"a": math.inf}),
        ("round(limit, Inf)", {"a": math.nan}),
    ],
)
def test_an_expression_has_its_values(text: str, values: dict[str, float]) -> None:
    assert evaluated(text) == pytest.approx(values, nan_ok=True)


def test_a_level_is_gone_five_minutes_after_its_last_sample() -> None:
    samples = Samples()
    samples.series({NAME: "level"}).add(0, 1.0)
    of = Evaluator(samples)
    assert of.vector(expression("level"), 299_999)
    assert not of.vector(expression("level"), 300_000)


@pytest.mark.parametrize("text", ["total - on () level", "level + on (service) total * on () level"])
def test_what_matches_several_times_is_refused(text: str) -> None:
    with pytest.raises(EvaluationError, match=r"several series|more than once"):
        evaluated(text)


@pytest.mark.parametrize("number", ["scalar(gone)", "Inf"])
def test_a_number_of_series_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(EvaluationError, match=r"topk\(\) is asked for (nan|inf) series"):
        evaluated(f"topk({number}, total)")


@pytest.mark.parametrize(("q", "value"), [(0.5, 1.5), (-0.1, -math.inf), (1.1, math.inf), (math.nan, math.nan)])
def test_a_quantile_that_is_no_share_lies_beyond_all(q: float, value: float) -> None:
    assert quantile(q, {1.0: 0.0, 2.0: 3.0, math.inf: 3.0}) == pytest.approx(value, nan_ok=True)


def test_a_class_of_characters_is_refused_with_what_to_write() -> None:
    with pytest.raises(ValueError, match=r"write a range like \[0-9\]"):
        expression('total{service=~"[[:digit:]]+"}')
