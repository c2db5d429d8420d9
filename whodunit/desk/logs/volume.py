"""How many log lines there were over time, by severity: a bar for each step, the worst at the bottom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from whodunit.telemetry.answers import Plot
from whodunit.telemetry.log_volume import SEVERITY
from whodunit.telemetry.questions import SEVERITIES, Window

STEPS = 60
HEIGHT = 84.0
_WORST_FIRST = tuple(reversed(SEVERITIES))


@dataclass(frozen=True)
class Part:
    """The lines of one severity in a bar; places from the top, in pixels."""

    severity: str
    count: int
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One step of time; `x` and `width` are per cent of the width."""

    start: datetime
    end: datetime
    x: float
    width: float
    parts: Sequence[Part]


@dataclass(frozen=True)
class Drawing:
    """All bars, the most lines in one of them, and the lines of each severity, the worst first."""

    bars: Sequence[Bar]
    most: int
    severities: Sequence[tuple[str, int]]


def step_s(window: Window) -> float:
    """The length of a step, in whole milliseconds and a second at least."""
    return max(1.0, ceil(1000 * window.seconds / STEPS) / 1000)


def drawing(plot: Plot, window: Window) -> Drawing:
    """The counts of a plot with a series for each severity."""
    times = plot.series[0].times if plot.series else []
    counts: list[Counter[str]] = [Counter() for _ in times]
    for series in plot.series:
        for count, value in zip(counts, series.values, strict=True):
            count[_known(series.attributes.get(SEVERITY, ""))] += round(value or 0)
    most = max((count.total() for count in counts), default=0)
    length = step_s(window)
    width = 100 * length / window.seconds
    bars = [
        Bar(
            time,
            min(time + timedelta(seconds=length), window.end),
            round(number * width, 2),
            round(width * 0.82, 2),
            _parts(count, most),
        )
        for number, (time, count) in enumerate(zip(times, counts, strict=True))
        if count.total()
    ]
    together = sum(counts, Counter[str]())
    return Drawing(bars, most, [(name, together[name]) for name in _WORST_FIRST if together[name]])


def _known(severity: str) -> str:
    return severity if severity in SEVERITIES else "INFO"


def _parts(count: Counter[str], most: int) -> list[Part]:
    """From the bottom up; a single line is seen beside thousands."""
    parts, floor = [], HEIGHT
    for name in _WORST_FIRST:
        if count[name]:
            height = max(1.5, round(count[name] / most * (HEIGHT - 4), 1))
            floor = round(floor - height, 1)
            parts.append(Part(name, count[name], floor, height))
    return parts
