"""A histogram over time as a heatmap: a row of shades for each bucket, or a table of its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, isinf, sqrt

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.telemetry.answers import Buckets
from whodunit.telemetry.questions import Window
from whodunit.views.clock_time import to_the_second
from whodunit.views.units import unit_name, with_unit

SHADES = "·░▒▓█"


@dataclass(frozen=True)
class Held:
    """The buckets from the first to the last that hold something, each up to one of `bounds`, the first from `low` on.

    `counts[step][bucket]` as in `Buckets`.
    """

    unit: str
    low: float
    bounds: Sequence[float]
    counts: Sequence[Sequence[float]]

    @cached_property
    def most(self) -> float:
        """The count of the fullest bucket of a step."""
        return max(max(counts) for counts in self.counts)

    @property
    def names(self) -> list[str]:
        """The buckets with both their ends, from the lowest on."""
        return [self._name(self.lower(bucket), upper) for bucket, upper in enumerate(self.bounds)]

    def lower(self, bucket: int) -> float:
        """The lower end of a bucket."""
        return self.bounds[bucket - 1] if bucket else self.low

    def strength(self, count: float) -> float:
        """A count as a share of the most, from 0 to 1; few beside many are still told from none."""
        return sqrt(count / self.most)

    def _name(self, lower: float, upper: float) -> str:
        if isinf(upper):
            return f"above {with_unit(lower, self.unit)}"
        return f"{with_unit(lower, self.unit)} to {with_unit(upper, self.unit)}"


def held(found: Buckets) -> Held | None:
    """The part of a histogram that holds something; None where nothing was measured."""
    filled = [bucket for counts in found.counts for bucket, count in enumerate(counts) if count]
    if not filled:
        return None
    first, end = min(filled), max(filled) + 1
    low = found.bounds[first - 1] if first else min(0.0, found.bounds[0])
    return Held(found.unit, low, found.bounds[first:end], [counts[first:end] for counts in found.counts])


def cells(found: Buckets) -> list[dict[str, object]]:
    """The buckets of all steps that hold something, each with the end it counts up to, in the metric's unit."""
    return [
        {"time": time, "up_to": found.bounds[bucket], "count": count}
        for time, counts in zip(found.times, found.counts, strict=True)
        for bucket, count in enumerate(counts)
        if count
    ]


def drawn(
    found: Buckets, title: str, window: Window, screen: Console, *, always: bool = False
) -> RenderableType | None:
    """A heatmap on a terminal, or `always`, its numbers in a pipe; None where nothing was measured."""
    shown = held(found)
    if shown is None:
        return None
    if screen.is_terminal or always:
        return _shaded(shown, title, window, screen.width)
    return _table(shown, title, found)


def _shaded(shown: Held, title: str, window: Window, width: int) -> RenderableType:
    names = shown.names
    totals = [f"{sum(counts[bucket] for counts in shown.counts):g}" for bucket in range(len(names))]
    margin, beside = max(map(len, names)), max(map(len, totals))
    columns = max(1, width - margin - beside - 4)
    together = ceil(len(shown.counts) / columns)
    steps = [_sum(shown.counts[start : start + together]) for start in range(0, len(shown.counts), together)]
    folded = Held(shown.unit, shown.low, shown.bounds, steps)
    each = max(1, columns // len(steps))
    rows = [
        Text.assemble(
            (f"{names[bucket].rjust(margin)} │", "dim"),
            "".join(_shade(folded, counts[bucket]) * each for counts in steps),
            (f"│ {totals[bucket].rjust(beside)}", "dim"),
        )
        for bucket in reversed(range(len(names)))
    ]
    scale = f"{SHADES} up to {folded.most:g} in {window.seconds / len(steps):.3g} s; totals on the right"
    begin, end = to_the_second(window.start), to_the_second(window.end)
    times = " " * (margin + 2) + begin + end.rjust(each * len(steps) - len(begin))
    heading = Text.assemble((title, "bold"), (f"  {unit_name(shown.unit)}", "dim"))
    return Group(heading, *rows, Text(times, style="dim"), Text(scale, style="dim"))


def _sum(steps: Sequence[Sequence[float]]) -> list[float]:
    return [sum(counts) for counts in zip(*steps, strict=True)]


def _shade(shown: Held, count: float) -> str:
    return SHADES[ceil(shown.strength(count) * len(SHADES)) - 1] if count else " "


def _table(shown: Held, title: str, found: Buckets) -> RenderableType:
    """A row for each step and bucket that holds something: there may be too many buckets for a line of columns."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("from", "bucket", "count"):
        table.add_column(name, justify="left" if name == "from" else "right", no_wrap=True)
    names = shown.names
    for time, counts in zip(found.times, shown.counts, strict=True):
        for bucket, count in enumerate(counts):
            if count:
                table.add_row(to_the_second(time), names[bucket], f"{count:g}")
    return Group(Text.assemble((title, "bold"), (f"  {unit_name(shown.unit)}", "dim")), table)
