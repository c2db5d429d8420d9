"""A histogram as a heatmap: a cell for each step and bucket, the stronger the more it holds, and exemplars as dots."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf, isinf, sqrt

from whodunit.telemetry.answers import Buckets, Exemplar
from whodunit.telemetry.questions import Window
from whodunit.views.units import with_unit

ROW, EDGE = 18.0, 8.0
"""The height of a bucket, and what stays free above and below all of them, in pixels."""

FAINTEST = 0.16
"""The opacity of a cell that holds a single measurement among many."""


@dataclass(frozen=True)
class Cell:
    """The measurements of one bucket in one step; `y` is the place of its top."""

    count: float
    bucket: str
    y: float
    opacity: float


@dataclass(frozen=True)
class Column:
    """One step of time with what was measured in it; `x` and `width` are per cent of the width."""

    start: datetime
    end: datetime
    x: float
    width: float
    cells: Sequence[Cell]
    counts: Sequence[float]


@dataclass(frozen=True)
class Level:
    """The end of a bucket, with its unit."""

    bound: str
    y: float


@dataclass(frozen=True)
class Dot:
    """An exemplar, its value with its unit: `x` in per cent of the width, `y` from the top."""

    trace_id: str
    value: str
    x: float
    y: float


@dataclass(frozen=True)
class Heatmap:
    """The buckets from the first to the last that hold something; `names` are theirs, from the lowest on."""

    columns: Sequence[Column]
    levels: Sequence[Level]
    dots: Sequence[Dot]
    names: Sequence[str]
    most: float
    height: float


@dataclass(frozen=True)
class _Scale:
    """The buckets that are shown, from `low` up to each of `bounds`."""

    low: float
    bounds: Sequence[float]

    def y(self, end: float) -> float:
        """The place of the line at so many buckets from the lowest."""
        return round(EDGE + ROW * (len(self.bounds) - end), 1)

    def y_of(self, value: float) -> float:
        """The place of a value: linear within its bucket, in the middle of one without a width."""
        bucket = min(bisect_left(self.bounds, value), len(self.bounds) - 1)
        lower, upper = self.lower(bucket), self.bounds[bucket]
        share = (value - lower) / (upper - lower) if lower < upper < inf else 0.5
        return self.y(bucket + min(1.0, max(0.0, share)))

    def lower(self, bucket: int) -> float:
        return self.bounds[bucket - 1] if bucket else self.low


def heatmap(found: Buckets, exemplars: Sequence[Exemplar], window: Window, step_s: float) -> Heatmap | None:
    """The drawing of a histogram's measurements; None where there are none."""
    held = [bucket for counts in found.counts for bucket, count in enumerate(counts) if count]
    if not held:
        return None
    first, last = min(held), max(held)
    scale = _Scale(found.bounds[first - 1] if first else min(0.0, found.bounds[0]), found.bounds[first : last + 1])
    names = [_name(scale.lower(bucket), upper, found.unit) for bucket, upper in enumerate(scale.bounds)]
    most = max(max(counts) for counts in found.counts)
    width = 100 * step_s / window.seconds
    columns = [
        Column(
            start,
            min(start + timedelta(seconds=step_s), window.end),
            round(number * width, 2),
            round(width, 2),
            _cells(counts[first : last + 1], names, scale, most),
            counts[first : last + 1],
        )
        for number, (start, counts) in enumerate(zip(found.times, found.counts, strict=True))
    ]
    ends = [bound for bound in (scale.low, *scale.bounds) if not isinf(bound)]
    levels = [Level(with_unit(bound, found.unit), scale.y(number)) for number, bound in enumerate(ends)]
    dots = [
        Dot(each.trace_id, with_unit(each.value, found.unit), _x(each.time, window), scale.y_of(each.value))
        for each in exemplars
    ]
    return Heatmap(columns, levels, dots, names, most, 2 * EDGE + ROW * len(scale.bounds))


def _cells(counts: Sequence[float], names: Sequence[str], scale: _Scale, most: float) -> list[Cell]:
    return [
        Cell(count, names[bucket], scale.y(bucket + 1), round(FAINTEST + (1 - FAINTEST) * sqrt(count / most), 2))
        for bucket, count in enumerate(counts)
        if count
    ]


def _name(lower: float, upper: float, unit: str) -> str:
    if isinf(upper):
        return f"above {with_unit(lower, unit)}"
    return f"{with_unit(lower, unit)} to {with_unit(upper, unit)}"


def _x(time: datetime, window: Window) -> float:
    return round(100 * (time - window.start).total_seconds() / window.seconds, 2)
