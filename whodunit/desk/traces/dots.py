"""Durations as dots over time: a dot is a trace, the higher the slower, on an axis of powers of ten."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from whodunit.telemetry.answers import TraceSummary
from whodunit.telemetry.questions import Window

HEIGHT, TOP, BOTTOM = 200.0, 16.0, 8.0
LEAST_S = 1e-4
SIDE = 1.5
"""Per cent of the width that stay free on either side, so that no dot is cut."""


@dataclass(frozen=True)
class Dot:
    """A trace at its place: `x` in per cent of the width, `y` from the top."""

    trace: TraceSummary
    x: float
    y: float


@dataclass(frozen=True)
class Level:
    """A line of the grid at a duration."""

    seconds: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """The dots, those that stand out last, so that they lie on top; the levels of the grid."""

    dots: Sequence[Dot]
    levels: Sequence[Level]
    height: float = HEIGHT
    side: float = SIDE


def drawing(traces: Sequence[TraceSummary], window: Window) -> Drawing:
    """The dots of the traces within the window."""
    if not traces:
        return Drawing((), ())
    durations = [max(trace.duration_s, LEAST_S) for trace in traces]
    low, high = floor(log10(min(durations))), ceil(log10(max(durations)))
    high = max(high, low + 1)

    def y(seconds: float) -> float:
        share = (log10(max(seconds, LEAST_S)) - low) / (high - low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    dots = [Dot(trace, _x(trace, window), y(trace.duration_s)) for trace in traces]
    levels = [Level(10.0**power, y(10.0**power)) for power in range(low, high + 1)]
    return Drawing(sorted(dots, key=lambda dot: bool(dot.trace.errors)), levels)


def _x(trace: TraceSummary, window: Window) -> float:
    share = (trace.start - window.start).total_seconds() / window.seconds
    return round(SIDE + (100 - 2 * SIDE) * min(1.0, max(0.0, share)), 2)
