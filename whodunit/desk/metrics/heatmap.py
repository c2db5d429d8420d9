"""A histogram as a heatmap: a cell for each step and bucket, the stronger the more it holds, and exemplars as dots."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf, isinf

from whodunit.telemetry.answers import Buckets, Exemplar
from whodunit.telemetry.questions import Window
from whodunit.views.metric_heatmap import Held, held
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
    """The places of buckets, one above the other."""

    shown: Held

    def y(self, end: float) -> float:
        """The place of the line at so many buckets from the lowest."""
        return round(EDGE + ROW * (len(self.shown.bounds) - end), 1)

    def y_of(self, value: float) -> float:
        """The place of a value: linear within its bucket, in the middle of one without a width."""
        bucket = min(bisect_left(self.shown.bounds, value), len(self.shown.bounds) - 1)
        lower, upper = self.shown.lower(bucket), self.shown.bounds[bucket]
        share = (value - lower) / (upper - lower) if lower < upper < inf else 0.5
        return self.y(bucket + min(1.0, max(0.0, share)))


def heatmap(found: Buckets, exemplars: Sequence[Exemplar], window: Window, step_s: float) -> Heatmap | None:
    """The drawing of a histogram's measurements; None where there are none."""
    shown = held(found)
    if shown is None:
        return None
    scale, names = _Scale(shown), shown.names
    width = 100 * step_s / window.seconds
    columns = [
        Column(
            start,
            min(start + timedelta(seconds=step_s), window.end),
            round(number * width, 2),
            round(width, 2),
            _cells(counts, names, scale),
            counts,
        )
        for number, (start, counts) in enumerate(zip(found.times, shown.counts, strict=True))
    ]
    ends = [bound for bound in (shown.low, *shown.bounds) if not isinf(bound)]
    levels = [Level(with_unit(bound, found.unit), scale.y(number)) for number, bound in enumerate(ends)]
    dots = [
        Dot(each.trace_id, with_unit(each.value, found.unit), _x(each.time, window), scale.y_of(each.value))
        for each in exemplars
    ]
    return Heatmap(columns, levels, dots, names, shown.most, 2 * EDGE + ROW * len(shown.bounds))


def _cells(counts: Sequence[float], names: Sequence[str], scale: _Scale) -> list[Cell]:
    return [
        Cell(
            count, names[bucket], scale.y(bucket + 1), round(FAINTEST + (1 - FAINTEST) * scale.shown.strength(count), 2)
        )
        for bucket, count in enumerate(counts)
        if count
    ]


def _x(time: datetime, window: Window) -> float:
    return round(100 * (time - window.start).total_seconds() / window.seconds, 2)
