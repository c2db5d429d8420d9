"""What a number is measured in depends on what was made of the metric."""

import pytest

from whodunit.telemetry.number_unit import number_unit
from whodunit.telemetry.questions import Statistic


@pytest.mark.parametrize(
    ("statistic", "kind", "unit", "expected"),
    [
        (Statistic.PERCENTILE, "histogram", "s", "s"),
        (Statistic.COUNT, "histogram", "s", "{measurement}"),
        (Statistic.RATE, "histogram", "s", "{measurement}/s"),
        (Statistic.RATE, "sum", "{order}", "{order}/s"),
        (Statistic.INCREASE, "sum", "{order}", "{order}"),
        (Statistic.LAST, "gauge", "By", "By"),
    ],
)
def test_the_unit_is_that_of_the_number(statistic: Statistic, kind: str, unit: str, expected: str) -> None:
    assert number_unit(statistic, kind, unit) == expected
