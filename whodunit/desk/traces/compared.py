"""Two traces side by side, path by path; all calls of two windows, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from whodunit.compare.edges import EdgeChanges, changed_edges
from whodunit.compare.gathering import TooManyError
from whodunit.compare.two_traces import Part, Step, paths, side_by_side
from whodunit.desk.asked import Answer, Asked, command, option
from whodunit.desk.pool import together
from whodunit.desk.traces import fall
from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import Span
from whodunit.telemetry.questions import Window
from whodunit.telemetry.trace_tree import extent
from whodunit.telemetry.windows import SEPARATOR
from whodunit.views import one_trace, windows
from whodunit.views.trace_table import SHORT_ID
from whodunit.views.waterfall import Axis

MOST_ROWS, MOST_EDGES = 400, 200
MOST_SPANS = 20_000
"""Spans of one window: each becomes an object in the lab, which has other things to do."""

LARGE = 0.05
"""The share of the longer trace from which on a path's own time stands out."""

HOW = "Open one, and choose another with: compare with another trace."


@dataclass(frozen=True)
class Side:
    """The spans of one path in one of the traces."""

    part: Part
    bars: Sequence[fall.Part]


@dataclass(frozen=True)
class Row:
    """One path in both traces; `stands_out` if it makes one of them a good deal longer by itself."""

    step: Step
    one: Side | None
    other: Side | None
    stands_out: bool

    @property
    def longer_s(self) -> float:
        """By how much all its spans take longer in the other trace, in seconds."""
        return (self.other.part.duration_s if self.other else 0.0) - (self.one.part.duration_s if self.one else 0.0)


def page(asked: Asked) -> Answer:
    """The traces `a` and `b`, or the window `before` beside the page's own; raises WrongUseError."""
    return _windows(asked, asked.one("before")) if asked.one("before") else _traces(asked)


def _traces(asked: Asked) -> Answer:
    ids = asked.one("a"), asked.one("b")
    if not all(ids):
        raise WrongUseError("Two traces are compared, a and b.", HOW)
    one, other = together(*(partial(one_trace.trace, asked.telemetry, trace_id) for trace_id in ids))
    times = [extent(found.sample) for found in (one, other)]
    rows = rows_of(one.sample, other.sample)
    names = [found.sample[0].trace_id for found in (one, other)]
    shown = {
        "names": names,
        "short": SHORT_ID,
        "times_of": times,
        "longer_s": times[1].seconds - times[0].seconds,
        "rows": rows[:MOST_ROWS],
        "rows_left_out": max(0, len(rows) - MOST_ROWS),
        "most_s": max(time.seconds for time in times),
    }
    first, second = (name[:SHORT_ID] for name in names)
    typed = command("trace", first, "--compare", second)
    return Answer("traces/compared.html", f"{first} and {second}", typed, f"{one.query};\n\n{other.query}", shown)


def rows_of(one: Sequence[Span], other: Sequence[Span]) -> list[Row]:
    """Every path of either trace with its bars, both on one scale that begins with each trace."""
    times = extent(one), extent(other)
    most_s = max(time.seconds for time in times)
    bars = [_bars(spans, Axis(time.start, most_s, 0)) for spans, time in zip((one, other), times, strict=True)]
    return [
        Row(
            step,
            Side(step.one, bars[0][step.path]) if step.one else None,
            Side(step.other, bars[1][step.path]) if step.other else None,
            abs(step.more_s) >= LARGE * most_s,
        )
        for step in side_by_side(one, other)
    ]


def _bars(spans: Sequence[Span], axis: Axis) -> dict[tuple[str, ...], list[fall.Part]]:
    return {
        path: [fall.part(axis.offset_s(each.start), each.duration_s, axis) for each in at]
        for path, at in paths(spans).items()
    }


def _windows(asked: Asked, text: str) -> Answer:
    before, service = windows.window(text, asked.source.now()), asked.one("service")
    found, services = together(partial(_changed, asked, before, service), asked.telemetry.service_names)
    shown = {
        "before": before,
        "text": text,
        "edges": found.edges[:MOST_EDGES],
        "edges_left_out": max(0, len(found.edges) - MOST_EDGES),
        "services": services,
        "service": service,
        "refresh_s": 0,
    }
    options = [*option("service", service), *asked.times.options]
    return Answer(
        "traces/windows.html", "Before and after", command("traces", "--compare", text, *options), found.query, shown
    )


def _changed(asked: Asked, before: Window, service: str) -> EdgeChanges:
    """Raises WrongUseError for a window with more spans than the lab should hold at once."""
    try:
        return changed_edges(asked.telemetry, before, asked.times.window, service or None, MOST_SPANS)
    except TooManyError:
        raise WrongUseError(
            f"A window holds more than {MOST_SPANS:,} spans, which are too many to be compared here.",
            "Choose shorter windows, or compare in a terminal: whodunit traces --compare WINDOW",
        ) from None


def earlier(window: Window) -> str:
    """The window of the same length that ends where this one begins, as an address writes it."""
    length = window.end - window.start
    return f"{(window.start - length).isoformat()}{SEPARATOR}{window.start.isoformat()}"
