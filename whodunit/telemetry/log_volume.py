"""Log records counted over time, as every backend answers it."""

from collections.abc import Mapping
from datetime import timedelta
from math import ceil

from whodunit.telemetry.answers import Plot, Series
from whodunit.telemetry.questions import SEVERITIES, Window

SEVERITY = "severity"
"""The attribute by which the series differ."""

UNIT = "{record}"

Counts = Mapping[str, Mapping[int, int]]
"""By severity the number of records in each step that has some, the first step being 0."""


def volume(counts: Counts, window: Window, step_s: float, query: str, link: str = "") -> Plot:
    """The counts as a plot: a series for each severity that occurs, the least severe first; 0 where there were none."""
    times = [window.start + timedelta(seconds=step_s * step) for step in range(ceil(window.seconds / step_s))]
    found = [
        Series({SEVERITY: name}, times, [float(counts[name].get(step, 0)) for step in range(len(times))])
        for name in sorted(counts, key=_order)
    ]
    return Plot(UNIT, found, query, link)


def level(number: int) -> str:
    """The severity with this number; INFO where a sender told none."""
    return next((name for name, least in reversed(SEVERITIES.items()) if number >= least), "INFO")


def _order(name: str) -> int:
    return SEVERITIES.get(name, 0)
