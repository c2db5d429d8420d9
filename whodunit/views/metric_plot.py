"""A metric over time: as a plot of braille dots with axes, a unit and a legend, or as a table of its numbers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from math import floor, inf, isfinite, log, log10
from typing import TypeVar

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.legible import one_line
from whodunit.telemetry.answers import Plot, Series
from whodunit.telemetry.questions import Window
from whodunit.views.clock_time import to_the_second
from whodunit.views.palette import COLOURS, colour
from whodunit.views.units import KIBI, unit_name, with_unit

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # by row, then column, within a cell
_EMPTY = 0x2800

Dot = tuple[int, int]
MOST_SERIES = 8
_STROKES = (
    ("1", "━━"),
    ("1111000", "╍╍"),
    ("100", "··"),
    ("11111001001", "━·"),
    ("11111111110000", "━ "),
    ("110000", "╌ "),
    ("1000000", "· "),
    ("1111001001001", "·━"),
)
"""One for each line, so that they are told apart without colour: which of its dots are set, and how that looks."""

NO_NUMBER = "its points hold no number"
_ROUND = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)  # each divides by four into short numbers
_LONGEST = 1e308  # the axis; what lies beyond is drawn at its end

Format = Callable[[float], str]
One = TypeVar("One")


class Canvas:
    """A grid of cells; dots count from the lower left. A cell has the style of the last line through it."""

    def __init__(self, width: int, height: int) -> None:
        self.columns, self.rows = 2 * width, 4 * height
        self._cells = [[_EMPTY] * width for _ in range(height)]
        self._styles = [["default"] * width for _ in range(height)]

    def dot(self, x: int, y: int, style: str) -> None:
        """Set one dot."""
        row, column = (self.rows - 1 - y) // 4, x // 2
        self._cells[row][column] |= _DOTS[(self.rows - 1 - y) % 4][x % 2]
        self._styles[row][column] = style

    def line(self, start: Dot, end: Dot, style: str, turns: Iterator[str]) -> None:
        """Set the dots between two dots, both included, whose turn is a 1."""
        (x, y), (to_x, to_y) = start, end
        steps = max(abs(to_x - x), abs(to_y - y), 1)
        for step in range(steps + 1):
            if next(turns) == "1":
                self.dot(x + round((to_x - x) * step / steps), y + round((to_y - y) * step / steps), style)

    def lines(self) -> list[Text]:
        """The rows from the top."""
        return [
            Text.assemble(*((chr(cell), style) for cell, style in zip(cells, styles, strict=True)))
            for cells, styles in zip(self._cells, self._styles, strict=True)
        ]

    def path(self, dots: Sequence[Dot | None], style: str, stroke: str = "1") -> None:
        """Join neighbouring dots; None is a gap. Of the dots in turn those are set that `stroke` has a 1 for."""
        turns = cycle(stroke)
        for before, dot in zip([None, *dots], dots, strict=False):
            if dot is not None:
                self.line(before or dot, dot, style, turns)


@dataclass(frozen=True)
class _Axis:
    """An axis of four steps, `below` of them below 0."""

    step: float
    below: int

    @property
    def marks(self) -> list[float]:
        """The values at the steps, from the top."""
        return [self.step * (number - self.below) for number in range(4, -1, -1)]

    def share(self, value: float) -> float:
        """The height of `value` on the axis, from 0 to 1."""
        return max(0.0, min(1.0, (value / self.step + self.below) / 4))


def drawn(plot: Plot, title: str, window: Window, screen: Console, *, always: bool = False) -> RenderableType:
    """A plot on a terminal, or `always`; its numbers in a pipe, where dots are noise."""
    if screen.is_terminal or always:
        return metric_plot(plot, title, window, screen.width)
    return number_table(plot, title, window)


def number_table(plot: Plot, title: str, window: Window) -> RenderableType:
    """A row for each step and a column for each line; of many the largest; 0 alone is a line."""
    if _is_zero(plot):
        return _zero(title, window)
    listed = largest(plot.series, lambda series: series)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("from", no_wrap=True)
    for series in listed:
        table.add_column(Text(_name(series)), justify="right", no_wrap=True)
    by_time = [dict(zip(series.times, series.values, strict=True)) for series in listed]
    for time in sorted({time for values in by_time for time in values}):
        row = (values.get(time) for values in by_time)
        told = (None if each is None or not isfinite(each) else with_unit(each, plot.unit) for each in row)
        table.add_row(to_the_second(time), *(each or "-" for each in told))
    heading = Text.assemble((title, "bold"), (f"  {unit_name(plot.unit)}", "dim"))
    empty = [Text(NO_NUMBER, style="dim")] * (not any(map(finite, listed)))
    return Group(heading, table, *empty, *_rest(len(plot.series) - len(listed)))


def _is_zero(plot: Plot) -> bool:
    values = [value for series in plot.series for value in finite(series)]
    return bool(values) and not any(values)


def _zero(title: str, window: Window) -> Text:
    throughout = f"0 throughout, {to_the_second(window.start)} to {to_the_second(window.end)}"
    return Text.assemble((title, "bold"), f"  {throughout}")


def metric_plot(plot: Plot, title: str, window: Window, width: int, height: int = 14) -> RenderableType:
    """The plot `width` columns wide; of many series the largest are drawn and the rest counted; 0 alone is a line."""
    drawn = largest(plot.series, lambda series: series)
    if _is_zero(plot):
        return _zero(title, window)
    axis = _axis([value for series in plot.series for value in finite(series)], KIBI if plot.unit == "By" else 10.0)

    def text(value: float) -> str:
        return with_unit(value, plot.unit)

    margin = max(len(text(mark)) for mark in axis.marks)
    canvas = Canvas(width - margin - 2, height)
    for index, series in enumerate(drawn):
        canvas.path(_dots(series, window, axis, canvas), _style(series, index), _STROKES[index][0])
    return Group(
        Text.assemble((title, "bold"), (f"  {unit_name(plot.unit)}", "dim")),
        *_framed(canvas.lines(), axis, margin, text),
        _times(window, canvas.columns // 2, margin),
        *(_caption(series, index, text) for index, series in enumerate(drawn)),
        *_rest(len(plot.series) - len(drawn)),
    )


def _dots(series: Series, window: Window, axis: _Axis, canvas: Canvas) -> list[Dot | None]:
    """The beginning and the end of each step: nothing is known of a slope between two values."""

    def x(moment: datetime) -> int:
        return round((canvas.columns - 1) * (moment - window.start).total_seconds() / window.seconds)

    dots: list[Dot | None] = []
    for begin, end, value in zip(series.times, [*series.times[1:], window.end], series.values, strict=True):
        if value is None or not isfinite(value):
            dots.append(None)
        else:
            y = round((canvas.rows - 1) * axis.share(value))
            dots += [(x(begin), y), (x(end), y)]
    return dots


def _framed(lines: Sequence[Text], axis: _Axis, margin: int, text: Format) -> list[Text]:
    last = len(lines) - 1
    marks = {round(last * part / 4): text(mark) for part, mark in enumerate(axis.marks)}
    return [
        Text.assemble((f"{marks.get(row, '').rjust(margin)} {'┤' if row in marks else '│'}", "dim"), line)
        for row, line in enumerate(lines)
    ]


def _times(window: Window, width: int, margin: int) -> Text:
    count = 3 if width >= 40 else 2
    marks = [
        to_the_second(window.start + timedelta(seconds=window.seconds * part / (count - 1))) for part in range(count)
    ]
    gap = (width - sum(map(len, marks))) // (count - 1)
    return Text(" " * (margin + 2) + (" " * gap).join(marks), style="dim")


def _caption(series: Series, index: int, text: Format) -> Text:
    values = finite(series)
    figures = f"last {text(values[-1])} · least {text(min(values))} · most {text(max(values))}" if values else NO_NUMBER
    return Text.assemble((f"{_STROKES[index][1]} ", _style(series, index)), _name(series), (f"  {figures}", "dim"))


def _name(series: Series) -> str:
    return one_line(" ".join(series.attributes.values())) or "all"


def _rest(count: int) -> list[Text]:
    return [Text(f"and {count} more, all of them smaller; --where narrows, --json has all", style="dim")] * (count > 0)


def _style(series: Series, index: int) -> str:
    if set(series.attributes) == {"service"}:
        return colour(series.attributes["service"])
    return COLOURS[index % len(COLOURS)]


def _axis(values: Sequence[float], base: float) -> _Axis:
    """The shortest axis with round marks that holds all the values, and 0."""
    least, most = min([0.0, *values]), max([0.0, *values])
    steps = {below: _step(least, most, below) for below in range(5)}
    below = min(steps, key=lambda each: steps[each])
    return _Axis(_round_up(min(4 * steps[below], _LONGEST), base) / 4, below)


def _step(least: float, most: float, below: int) -> float:
    """The least length of each of the four steps, with `below` of them below 0."""
    if (least < 0 and below == 0) or (most > 0 and below == 4):
        return inf
    return max(-least / max(below, 1), most / max(4 - below, 1))


def largest(found: Iterable[One], series: Callable[[One], Series]) -> list[One]:
    """As many as one can tell apart, those whose `series` have the largest values first; no value counts as 0."""
    return sorted(found, key=lambda each: max(finite(series(each)), default=0.0), reverse=True)[:MOST_SERIES]


def finite(series: Series) -> list[float]:
    """The values that are numbers."""
    return [value for value in series.values if value is not None and isfinite(value)]


def _round_up(value: float, base: float) -> float:
    if value <= 0:
        return 1.0
    size = base ** floor(log(value, base) + 1e-9)
    size *= 10.0 ** floor(log10(value / size) + 1e-9)
    return next(size * step for step in _ROUND if value <= size * step * (1 + 1e-9))
