"""Functions of a range of samples, as Prometheus 3 defines them (promql/functions.go)."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from whodunit.exercise.promql.series import Sample

Numbers = Sequence[float]


@dataclass(frozen=True)
class Range:
    """The samples of one series between two moments, of which there is one at least; `now_ms` is that of the query."""

    samples: Sequence[Sample]
    start_ms: int
    end_ms: int
    now_ms: int

    @property
    def values(self) -> list[float]:
        """The values by time."""
        return [sample.value for sample in self.samples]


Function = Callable[[Range, Numbers], float | None]
"""The result for a series, None where it has none; the numbers are the other arguments."""


def _extrapolated(given: Range, *, counter: bool) -> float | None:
    """The growth between the first sample and the last, stretched to the ends of the range."""
    samples = given.samples
    if len(samples) < 2:
        return None
    growth = samples[-1].value - samples[0].value
    if counter:
        growth += sum(before.value for before, after in pairwise(samples) if after.value < before.value)
    sampled_s = (samples[-1].time_ms - samples[0].time_ms) / 1000
    average_s = sampled_s / (len(samples) - 1)
    to_start_s = _stretch((samples[0].time_ms - given.start_ms) / 1000, average_s)
    to_end_s = _stretch((given.end_ms - samples[-1].time_ms) / 1000, average_s)
    if counter and growth > 0 and samples[0].value >= 0:
        # It cannot have been below zero.
        to_start_s = min(to_start_s, sampled_s * (samples[0].value / growth))
    return growth * (sampled_s + to_start_s + to_end_s) / sampled_s


def _stretch(gap_s: float, average_s: float) -> float:
    return average_s / 2 if gap_s >= average_s * 1.1 else gap_s


def _rate(given: Range, _: Numbers) -> float | None:
    growth = _extrapolated(given, counter=True)
    return None if growth is None else growth / ((given.end_ms - given.start_ms) / 1000)


def _of_last_two(given: Range, *, rate: bool) -> float | None:
    if len(given.samples) < 2:
        return None
    before, last = given.samples[-2:]
    if not rate:
        return last.value - before.value
    growth = last.value - (0 if last.value < before.value else before.value)
    return growth / ((last.time_ms - before.time_ms) / 1000)


def _line(given: Range, at_ms: int) -> tuple[float, float] | None:
    """Slope in a second, and level at a moment, of the line through the samples."""
    if len(given.samples) < 2:
        return None
    xs, ys = [(sample.time_ms - at_ms) / 1000 for sample in given.samples], given.values
    if len(set(ys)) == 1:
        return 0.0, ys[0]
    mean_x, mean_y = mean(xs), mean(ys)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)
    return slope, mean_y - slope * mean_x


def _deriv(given: Range, _: Numbers) -> float | None:
    line = _line(given, given.samples[0].time_ms)
    return line and line[0]


def _predict_linear(given: Range, numbers: Numbers) -> float | None:
    line = _line(given, given.now_ms)
    return line and line[0] * numbers[0] + line[1]


def mean(values: Numbers) -> float:
    """The mean; unlike Python's own, it takes infinities."""
    return sum(values) / len(values)


def least(values: Numbers) -> float:
    """The smallest that is a number at all."""
    return min((value for value in values if not math.isnan(value)), default=math.nan)


def greatest(values: Numbers) -> float:
    """The largest that is a number at all."""
    return max((value for value in values if not math.isnan(value)), default=math.nan)


def _deviation(values: Numbers) -> float:
    middle = mean(values)
    return math.sqrt(mean([(value - middle) ** 2 for value in values]))


def quantile(q: float, values: Numbers) -> float:
    """A quantile of some values, between two of them where it lies there."""
    if not values or math.isnan(q):
        return math.nan
    if not 0 <= q <= 1:
        return math.copysign(math.inf, q)
    ordered, rank = sorted(values), q * (len(values) - 1)
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] * (1 - (rank - below)) + ordered[above] * (rank - below)


def _changes(given: Range, _: Numbers) -> float:
    return float(sum(before != after for before, after in pairwise(given.values)))


def _resets(given: Range, _: Numbers) -> float:
    return float(sum(after < before for before, after in pairwise(given.values)))


FUNCTIONS: Mapping[str, Function] = {
    "rate": _rate,
    "increase": lambda given, _: _extrapolated(given, counter=True),
    "delta": lambda given, _: _extrapolated(given, counter=False),
    "irate": lambda given, _: _of_last_two(given, rate=True),
    "idelta": lambda given, _: _of_last_two(given, rate=False),
    "deriv": _deriv,
    "predict_linear": _predict_linear,
    "changes": _changes,
    "resets": _resets,
    "avg_over_time": lambda given, _: mean(given.values),
    "min_over_time": lambda given, _: least(given.values),
    "max_over_time": lambda given, _: greatest(given.values),
    "sum_over_time": lambda given, _: float(sum(given.values)),
    "count_over_time": lambda given, _: float(len(given.samples)),
    "last_over_time": lambda given, _: given.samples[-1].value,
    "present_over_time": lambda _, __: 1.0,
    "stddev_over_time": lambda given, _: _deviation(given.values),
    "quantile_over_time": lambda given, numbers: quantile(numbers[0], given.values),
}

KEEPS_NAME = "last_over_time"
