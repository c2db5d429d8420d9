"""Quantiles by cumulative buckets; tests/stack/test_exercise_promql.py compares them with Prometheus."""

from math import inf

import pytest

from whodunit.telemetry.bucket_quantile import quantile


@pytest.mark.parametrize(
    ("q", "counts", "value"),
    [
        (0.95, {1.0: 50.0, 2.0: 100.0, inf: 100.0}, 1.9),
        (0.95, {1.0: 50.0, inf: 100.0}, 1.0),
        (0.25, {1.0: 50.0, 2.0: 100.0, inf: 100.0}, 0.5),
        (0.25, {0.0: 50.0, 2.0: 100.0, inf: 100.0}, 0.0),
        (0.75, {1.0: 50.0, 2.0: 50.0 - 1e-12, 3.0: 100.0, inf: 100.0}, 2.5),
        (0.5, {1.0: 0.0, 2.0: 0.0, inf: 0.0}, None),
        (0.5, {1.0: 50.0, 2.0: 100.0}, None),
        (0.5, {inf: 100.0}, None),
        (0.0, {1.0: 0.0, 2.0: 3.0, inf: 3.0}, None),
    ],
)
def test_it_is_interpolated_within_its_bucket(q: float, counts: dict[float, float], value: float | None) -> None:
    found = quantile(q, counts)
    assert (found.value if found else None) == (value if value is None else pytest.approx(value))
