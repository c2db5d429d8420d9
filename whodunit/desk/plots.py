"""Plots as the browser draws them, with a table of their numbers for who does not look at lines."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import isfinite
from operator import itemgetter

from whodunit.desk.hues import hue
from whodunit.legible import one_line
from whodunit.telemetry.answers import Series
from whodunit.telemetry.questions import Window
from whodunit.views.metric_plot import finite, largest
from whodunit.views.palette import COLOURS
from whodunit.views.units import unit_name, with_unit

DASHES = ("", "6 3", "2 3", "10 3 2 3")
"""Lines differ by these as well as by hue: nobody has to see colours to tell them apart."""

NO_NUMBER = "-"


@dataclass(frozen=True)
class Line:
    """One line of a plot, and its place among them."""

    label: str
    series: Series
    number: int

    @property
    def hue(self) -> int:
        """Of a line for a service, the service's."""
        if set(self.series.attributes) == {"service"}:
            return hue(self.series.attributes["service"])
        return self.number % len(COLOURS)

    @property
    def dash(self) -> int:
        """The number of its pattern."""
        return self.number % len(DASHES)


@dataclass(frozen=True)
class Mark:
    """A moment at which something happened."""

    at: datetime
    label: str


@dataclass(frozen=True)
class Dot:
    """A measurement that leads to its trace, at the address `to`; `name` is the beginning of the trace's id."""

    at: datetime
    value: float
    to: str
    name: str


@dataclass(frozen=True)
class Drawing:
    """Lines in one unit over a window; `left_out` more of them were smaller."""

    unit: str
    window: Window
    lines: Sequence[Line]
    left_out: int = 0
    limit: float | None = None
    stacked: bool = False
    marks: Sequence[Mark] = ()
    dots: Sequence[Dot] = ()

    @property
    def unit_name(self) -> str:
        """The unit in words."""
        return unit_name(self.unit)

    @cached_property
    def rows(self) -> list[tuple[Line, str, str, str, str]]:
        """Each line with its pattern and its figures: the last, the least and the most."""
        return [(line, DASHES[line.dash], *self._figures(line.series)) for line in self.lines]

    @property
    def data(self) -> str:
        """What the browser draws, as JSON."""
        times = self.lines[0].series.times if self.lines else ()
        return json.dumps(
            {
                "unit": self.unit,
                "times": [moment.timestamp() for moment in times],
                "until": self.window.end.timestamp(),
                "series": [
                    {"label": line.label, "hue": line.hue, "dash": line.dash, "values": _rounded(line.series.values)}
                    for line in self.lines
                ],
                "limit": self.limit,
                "stacked": self.stacked,
                "dots": [
                    {"at": dot.at.timestamp(), "value": dot.value, "to": dot.to, "name": one_line(dot.name)}
                    for dot in self.dots
                ],
                "marks": [{"at": mark.at.timestamp(), "label": mark.label} for mark in self.marks],
            }
        )

    def value(self, number: float | None) -> str:
        """A number with the unit."""
        return NO_NUMBER if number is None or not isfinite(number) else with_unit(number, self.unit)

    def _figures(self, series: Series) -> tuple[str, str, str]:
        values = finite(series)
        last, least, most = (values[-1], min(values), max(values)) if values else (None, None, None)
        return self.value(last), self.value(least), self.value(most)


def drawing(
    unit: str,
    window: Window,
    named: Iterable[tuple[str, Series]],
    *,
    limit: float | None = None,
    stacked: bool = False,
    marks: Sequence[Mark] = (),
) -> Drawing:
    """The drawing of series with their names: the largest, as many as one can tell apart."""
    found = list(named)
    drawn = largest(found, itemgetter(1))
    lines = [Line(one_line(name), series, number) for number, (name, series) in enumerate(drawn)]
    return Drawing(unit, window, lines, len(found) - len(lines), limit, stacked, marks)


def label(series: Series) -> str:
    """The values of its attributes."""
    return " ".join(series.attributes.values()) or "all"


def _rounded(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None or not isfinite(value) else float(f"{value:.6g}") for value in values]
