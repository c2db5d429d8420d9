"""Finds the regular moments at which a metric comes into its bounds, for checks with `recurs`."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from whodunit.durations import format_duration
from whodunit.incident.metric_check import MetricCheck, Recurrence
from whodunit.telemetry.answers import Plot
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window

STEP_S = 5.0
"""The interval at which services export their metrics."""


def plotted(telemetry: Telemetry, check: MetricCheck, window: Window) -> tuple[Plot, list[datetime]]:
    """The metric over time, and each moment at which it came into the bounds; unknown steps change nothing."""
    plot = telemetry.plot(check.query(), window, STEP_S)
    known = [
        (time, check.holds(value))
        for series in plot.series[:1]
        for time, value in zip(series.times, series.values, strict=True)
        if value is not None
    ]
    return plot, [time for (_, before), (time, now) in pairwise(known) if now and not before]


def regular(onsets: Sequence[datetime], expected: Recurrence) -> list[datetime]:
    """The longest run of moments that follow each other every `expected.every` seconds, a quarter more or less."""
    best: list[datetime] = []
    run: list[datetime] = []
    for onset in onsets:
        fits = run and abs((onset - run[-1]).total_seconds() - expected.every) <= expected.every / 4
        run = [*run, onset] if fits else [onset]
        best = max(best, run, key=len)
    return best


def message(check: MetricCheck, found: Sequence[datetime], expected: Recurrence) -> str:
    """The onsets seen and those expected, as text."""
    gaps = [format_duration((after - before).total_seconds()) for before, after in pairwise(found)]
    apart = f", {' and '.join(gaps)} apart" if gaps else ""
    wanted = f"expected {expected.times} times every {format_duration(expected.every)}"
    return f"{check.name} rose {len(found)} times{apart}, {wanted}"
