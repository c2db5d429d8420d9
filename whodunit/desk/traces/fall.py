"""One trace as a waterfall: the terminal's tree and notes, with bars that show each span's own time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from whodunit.desk.hues import hue
from whodunit.legible import one_line
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.critical_path import critical_path
from whodunit.telemetry.own_time import stretches
from whodunit.telemetry.trace_tree import Alike, Missing, extent, is_incomplete, peer, tree
from whodunit.views.trace_notes import log_note
from whodunit.views.waterfall import Axis, Detail, Line, lined, notes

WIDTH = 1000.0
LEAST = 2.0
"""A bar is so wide at least, to be seen."""


@dataclass(frozen=True)
class Part:
    """A part of a bar, from `x` on, on a scale of 0 to `WIDTH`."""

    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """A span on the axis of time: all of it, its own time, and the moments of its events."""

    whole: Sequence[Part]
    own: Sequence[Part]
    events: Sequence[float] = ()


@dataclass(frozen=True)
class Note:
    """A line below a span; `style` is a class of the style sheet."""

    head: str
    body: str
    style: str


@dataclass(frozen=True)
class Row:
    """One line of the waterfall; without a bar it is a log line, or stands for what is missing.

    `number` is that of spans which are alike, `link` the id of a span that can be opened. `is_critical`: the whole
    trace waited for it.
    """

    guides: str
    below: str
    notes: Sequence[Note]
    service: str = ""
    name: str = ""
    peer: str = ""
    number: int = 1
    took_s: float = 0.0
    failed: bool = False
    bar: Bar | None = None
    link: str = ""
    is_critical: bool = False

    @property
    def hue(self) -> int:
        """Its service's."""
        return hue(self.service)


@dataclass(frozen=True)
class Drawing:
    """The whole trace."""

    start: datetime
    seconds: float
    rows: Sequence[Row]
    spans: int
    services: int
    errors: int
    is_incomplete: bool


def drawing(
    spans: Sequence[Span], logs: Sequence[LogRecord], several_releases: Collection[str], *, everything: bool = False
) -> Drawing:
    """The waterfall of spans, of which there is one at least, and of their log lines."""
    time = extent(spans)
    axis = Axis(time.start, time.seconds, 0)
    detail = Detail(everything=everything, of_several_releases=several_releases)
    waited_for = critical_path(spans)
    branches = list(tree(spans, logs, fold=not everything))
    rows = [_row(line, axis, detail, waited_for) for line in lined(branches)]
    return Drawing(
        time.start,
        axis.seconds,
        rows,
        len(spans),
        len({span.service for span in spans}),
        sum(span.status == "error" for span in spans),
        is_incomplete(branches),
    )


def _row(line: Line, axis: Axis, detail: Detail, waited_for: Collection[str]) -> Row:
    said = [Note(note.head.plain, note.body, note.style) for note in notes(line.branch, axis, detail)]
    match line.branch.item:
        case LogRecord() as record:
            note = log_note(record, axis.offset_s(record.time))
            style = {"ERROR": "red", "FATAL": "red", "WARN": "yellow"}.get(record.severity, "")
            return Row(line.guides, line.below, [Note(note.head.plain, note.body, style)])
        case Missing() as missing:
            return Row(line.guides, line.below, [Note("", str(missing), "yellow")])
        case Alike(spans) as alike:
            wholes = [part for span in spans for part in _whole(span, axis)]
            return _of(spans[0], line, said, len(spans), alike.together_s, Bar(wholes, wholes))
        case Span() as span:
            row = _of(span, line, said, 1, span.duration_s, _bar(span, line.branch.children, axis))
            return replace(row, is_critical=span.span_id in waited_for)


def _of(span: Span, line: Line, said: Sequence[Note], number: int, took_s: float, bar: Bar) -> Row:
    return Row(
        guides=line.guides,
        below=line.below,
        notes=said,
        service=one_line(span.service),
        name=one_line(span.name),
        peer=one_line(peer(span)),
        number=number,
        took_s=took_s,
        failed=span.status == "error",
        bar=bar,
        link=span.span_id if number == 1 else "",
    )


def _bar(span: Span, children: Sequence[Span], axis: Axis) -> Bar:
    offset = axis.offset_s(span.start)
    own = [part(offset + since, until - since, axis) for since, until in stretches(span, children)]
    return Bar(_whole(span, axis), own, [x for event in span.events if (x := _moment(event.get("time"), axis)) >= 0])


def _whole(span: Span, axis: Axis) -> list[Part]:
    return [part(axis.offset_s(span.start), span.duration_s, axis)]


def part(since_s: float, seconds: float, axis: Axis) -> Part:
    """So many seconds from a moment on, wide enough to be seen."""
    scale = WIDTH / axis.seconds if axis.seconds else 0.0
    width = max(LEAST, seconds * scale)
    return Part(round(min(since_s * scale, WIDTH - LEAST), 1), round(width, 1))


def _moment(time: object, axis: Axis) -> float:
    """The place of an event; negative when it tells no time, or none within the trace."""
    try:
        share = axis.offset_s(datetime.fromisoformat(str(time))) / axis.seconds
    except (ValueError, TypeError, ZeroDivisionError):
        return -1.0
    return round(WIDTH * share, 1) if share <= 1 else -1.0
