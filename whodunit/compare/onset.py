"""The first moment at which a series is no longer what it was: a CUSUM of robust distances."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median

SLACK = 1.0
"""Deviations up to this distance from the median do not add up."""

ALARM = 6.0
LARGEST = 3.0
"""One point alone, however far away, raises no alarm."""

LEAST_SPREAD = 0.1
"""Of the median: a series that stood still has a spread too."""

_NORMAL = 1.4826  # makes the median absolute deviation of a normal distribution its standard deviation


def first_deviation(
    before: Sequence[float], times: Sequence[datetime], after: Sequence[float], *, upwards: bool
) -> datetime | None:
    """The start of the run of points that leads away from `before`; None where no run does."""
    middle = median(before)
    spread = max(_NORMAL * median(abs(value - middle) for value in before), LEAST_SPREAD * abs(middle)) or 1e-9
    total, start = 0.0, None
    for time, value in zip(times, after, strict=True):
        distance = (value - middle) / spread * (1 if upwards else -1)
        total += max(-LARGEST, min(LARGEST, distance)) - SLACK
        if total <= 0:
            total, start = 0.0, None
        elif start is None:
            start = time
        if total >= ALARM:
            return start
    return None
