"""One trace as a tree of spans and log lines, with a bar for each span on the axis of time."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Group
from rich.text import Text

from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.trace_tree import Alike, Branch, Missing, extent, is_incomplete, peer, tree, unique
from whodunit.views import not_shown
from whodunit.views.clock_time import with_date
from whodunit.views.guides import branch as guide
from whodunit.views.palette import colour
from whodunit.views.trace_notes import (
    Note,
    alike_notes,
    log_note,
    off_flags,
    own_time_notes,
    process_note,
    span_notes,
)

_TOOK = 8
_LEAST_BAR = 12
_MARKS = " ▏▕▐▌█"


@dataclass(frozen=True)
class Line:
    """A branch of the trace; `guides` draws the lines that lead to it, `below` those beneath it."""

    branch: Branch
    guides: str
    below: str


@dataclass(frozen=True)
class Detail:
    """The detail of a drawing: with `ids` in place of the bars, with `everything`; releases of some services alone."""

    ids: bool = False
    everything: bool = False
    of_several_releases: Collection[str] = ()


def lined(branches: Iterable[Branch]) -> Iterator[Line]:
    """The branches with their lines."""
    indents: list[str] = []
    for branch in branches:
        guides, indent = guide(indents[branch.depth - 1], branch.is_last) if branch.depth else ("", "")
        indents[branch.depth :] = [indent]
        yield Line(branch, guides, indent + ("  " if branch.is_leaf else "│ "))


@dataclass(frozen=True)
class Axis:
    """The axis of time, `width` cells wide."""

    start: datetime
    seconds: float
    width: int

    def offset_s(self, moment: datetime) -> float:
        """Seconds since the trace's start."""
        return (moment - self.start).total_seconds()

    def bar(self, span: Span) -> str:
        """Blocks from the span's start to its end, to half a cell; a short one is a thin mark."""
        scale = 2 * self.width / self.seconds if self.seconds else 0
        first = min(int(self.offset_s(span.start) * scale), 2 * self.width - 1)
        last = min(max(first + 1, round((self.offset_s(span.start) + span.duration_s) * scale)), 2 * self.width)
        if last - first == 1:
            return " " * (first // 2) + ("▏" if first % 2 == 0 else "▕")
        left, right = first % 2, last % 2
        whole = last // 2 - (first + 1) // 2
        return " " * (first // 2) + "▐" * left + "█" * whole + "▌" * right


def waterfall(
    spans: Sequence[Span],
    logs: Sequence[LogRecord],
    width: int,
    left_out: int = 0,
    detail: Detail = Detail(),
) -> Group:
    """The trace drawn `width` columns wide: heading, axis, then every span with its errors and events.

    `left_out` more spans of it are not among `spans`.
    """
    spans = unique(spans)
    time = extent(spans)
    label = min(max(34, width * 45 // 100), width - _TOOK - _LEAST_BAR)
    axis = Axis(time.start, time.seconds, width - label - _TOOK - 1)
    branches = list(tree(spans, logs, fold=not (detail.ids or detail.everything)))
    lines = [text for line in lined(branches) for text in _drawn(line, axis, label, width, detail)]
    off = 0 if detail.everything else sum(map(off_flags, spans))
    return Group(
        _heading(spans, axis, left_out, is_incomplete=is_incomplete(branches)),
        *([] if detail.ids else [_scale(axis, label)]),
        *lines,
        *not_shown.left_out("switched-off flag", off, "--all shows them"),
    )


def _heading(spans: Sequence[Span], axis: Axis, left_out: int, *, is_incomplete: bool) -> Text:
    errors = sum(span.status == "error" for span in spans)
    services = len({span.service for span in spans})
    shown = (f"{len(spans)} of " if left_out else "") + counted(len(spans) + left_out, "span")
    return Text.assemble(
        ("trace ", "dim"),
        (spans[0].trace_id, "bold"),
        f"\n{with_date(axis.start)} · {format_duration(axis.seconds)} · {shown} of {counted(services, 'service')} · ",
        (counted(errors, "error"), "bold red" if errors else "dim"),
        (" · incomplete" if is_incomplete else "", "yellow"),
    )


def _scale(axis: Axis, label: int) -> Text:
    middle, end = format_duration(axis.seconds / 2), format_duration(axis.seconds)
    half = axis.width // 2
    ticks = "0" + middle.rjust(half + len(middle) // 2 - 1)
    return Text(" " * (label + _TOOK + 1) + ticks + end.rjust(axis.width - len(ticks)), style="dim")


def _drawn(line: Line, axis: Axis, label: int, width: int, detail: Detail) -> Iterator[Text]:
    match line.branch.item:
        case LogRecord() as record:
            yield from log_note(record, axis.offset_s(record.time)).lines(line.guides, line.below, width)
        case Missing() as missing:
            yield Text.assemble((line.guides, "dim"), (str(missing), "yellow"), no_wrap=True, overflow="ellipsis")
        case Alike(spans) as alike:
            bars = [axis.bar(span) for span in spans]
            yield _named(line, spans[0], f"{len(spans)} × ", alike.together_s, _overlaid(bars), label)
        case Span() as span:
            right = span.span_id if detail.ids else axis.bar(span)
            yield _named(line, span, "", span.duration_s, right, label)
    for note in notes(line.branch, axis, detail):
        yield from note.lines(line.below, line.below, width)


def notes(branch: Branch, axis: Axis, detail: Detail) -> list[Note]:
    """What stands below a span, or below several that are alike; log lines and what is missing have none."""
    match branch.item:
        case Alike() as alike:
            return [*alike_notes(alike, is_long=_is_long(alike.together_s, axis))]
        case Span() as span:
            whole = detail.everything or _is_long(span.duration_s, axis)
            return [
                *own_time_notes(span, branch.children),
                *_process(branch, span, detail),
                *span_notes(span, axis.start, whole=whole, everything=detail.everything),
            ]
        case _:
            return []


def _is_long(seconds: float, axis: Axis) -> bool:
    """True for a good part of the trace, so that it may be what is wrong."""
    return seconds >= axis.seconds / 10


def _process(branch: Branch, span: Span, detail: Detail) -> list[Note]:
    """The release and the instance where the trace enters a service of which there were several releases."""
    is_entry = not isinstance(branch.above, Span) or branch.above.service != span.service
    return [process_note(span)] if is_entry and span.service in detail.of_several_releases else []


def _overlaid(bars: Sequence[str]) -> str:
    """Several bars in one: of the marks in a cell the largest."""
    longest = max(map(len, bars))
    return "".join(max(cell, key=_MARKS.index) for cell in zip(*(bar.ljust(longest) for bar in bars), strict=True))


def _named(line: Line, span: Span, number: str, seconds: float, right: str, label: int) -> Text:
    failed = span.status == "error"
    name = Text.assemble(
        (line.guides, "dim"),
        (one_line(span.service), colour(span.service)),
        f" {number}",
        (one_line(span.name), "bold red" if failed else "default"),
        (f" → {one_line(peer(span))}" if peer(span) else "", "dim"),
    )
    name.truncate(label, overflow="ellipsis", pad=True)
    took = Text(format_duration(seconds).rjust(_TOOK), style="bold red" if failed else "default")
    return Text.assemble(name, took, " ", (right, "red" if failed else colour(span.service)))
