"""Plots of a report as SVG: points, a level to stay below, a mark where the limit lies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 58, 16, 34, 44
STEPS = 4
ROUND = (1, 2, 2.5, 4, 5, 10)
GOOD, BAD, DOUBTFUL = "#1a7f37", "#cf222e", "#9a6700"
COLOURS = {"met": GOOD, "missed": BAD, "unsure": DOUBTFUL}
STYLE = "text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;fill:#24292f}"


@dataclass(frozen=True)
class Point:
    """A point, coloured by its verdict; `high` is the end of a bar of uncertainty."""

    x: float
    y: float
    verdict: str
    high: float | None = None


@dataclass(frozen=True)
class Plot:
    """One plot: `level` is a line across, `mark` one from top to bottom; points may be `joined` by a line."""

    title: str
    x_name: str
    y_name: str
    points: Sequence[Point]
    level: float | None = None
    level_colour: str = BAD
    mark: float | None = None
    joined: bool = False


@dataclass(frozen=True)
class _Scale:
    step: float
    begin: float
    length: float

    @classmethod
    def of(cls, values: Sequence[float], begin: float, length: float) -> "_Scale":
        """From 0 to the next round number."""
        most = max(values, default=0.0) / STEPS or 1.0
        size = 10.0 ** floor(log10(most))
        step = next(size * step for step in ROUND if most <= size * step * (1 + 1e-9))
        return cls(step, begin, length)

    def at(self, value: float) -> float:
        return round(self.begin + self.length * value / (STEPS * self.step), 1)

    @property
    def marks(self) -> list[float]:
        return [self.step * number for number in range(STEPS + 1)]


def svg(plot: Plot) -> str:
    """The plot as an SVG document."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" '
        f'aria-label="{escape(plot.title)}"><style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(_parts(plot))}</svg>\n"
    )


def _parts(plot: Plot) -> Iterator[str]:
    highest = [value for each in plot.points for value in (each.y, each.high) if value is not None]
    x = _Scale.of([*(each.x for each in plot.points), plot.mark or 0.0], LEFT, WIDTH - LEFT - RIGHT)
    y = _Scale.of([*highest, plot.level or 0.0], HEIGHT - BOTTOM, TOP + BOTTOM - HEIGHT)
    yield _text(LEFT, 18, plot.title, "start", "title")
    yield from _axes(plot, x, y)
    if plot.level is not None:
        yield _line(LEFT, y.at(plot.level), WIDTH - RIGHT, y.at(plot.level), plot.level_colour, dashed=True)
    if plot.mark is not None:
        yield _line(x.at(plot.mark), TOP, x.at(plot.mark), HEIGHT - BOTTOM, GOOD, dashed=True)
    if plot.joined:
        path = " ".join(f"{x.at(each.x)},{y.at(each.y)}" for each in plot.points)
        yield f'<polyline points="{path}" fill="none" stroke="#8c959f"/>'
    for each in plot.points:
        colour = COLOURS[each.verdict]
        if each.high is not None:
            yield _line(x.at(each.x), y.at(each.y), x.at(each.x), y.at(each.high), colour)
        yield f'<circle cx="{x.at(each.x)}" cy="{y.at(each.y)}" r="4" fill="{colour}"/>'


def _axes(plot: Plot, x: _Scale, y: _Scale) -> Iterator[str]:
    for mark in y.marks:
        yield _line(LEFT, y.at(mark), WIDTH - RIGHT, y.at(mark), "#d8dee4")
        yield _text(LEFT - 6, y.at(mark) + 4, f"{mark:g}", "end")
    for mark in x.marks:
        yield _text(x.at(mark), HEIGHT - BOTTOM + 16, f"{mark:g}", "middle")
    yield _text(WIDTH - RIGHT, HEIGHT - 8, plot.x_name, "end")
    yield _text(WIDTH - RIGHT, 18, plot.y_name, "end")


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<line x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}" stroke="{colour}"{dashes}/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'
