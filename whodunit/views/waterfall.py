"""One trace as a tree of spans and log lines, with a bar for each span on the axis of time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Group
from rich.text import Text

from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.views.clock_time import with_date
from whodunit.views.guides import branch
from whodunit.views.palette import colour
from whodunit.views.trace_notes import log_note, span_notes

Item = Span | LogRecord
Families = dict[str | None, list[Item]]
_TOOK = 8
_LEAST_BAR = 12


@dataclass(frozen=True)
class Branch:
    """An item at its place in the tree; `guides` draws the branches that lead to it, `below` those beneath it."""

    item: Item
    guides: str
    below: str


def tree(spans: Sequence[Span], logs: Sequence[LogRecord] = ()) -> Iterator[Branch]:
    """Parents before children, children by time, every item once.

    A span whose parent is unknown is a root. Of spans that are each other's ancestors the first is one.
    """
    known = {span.span_id for span in spans}
    children: Families = defaultdict(list)
    for span in spans:
        parent = span.parent_span_id
        children[parent if parent in known and parent != span.span_id else None].append(span)
    for record in logs:
        children[record.span_id if record.span_id in known else None].append(record)
    yield from _beneath(_by_time(children.pop(None, [])), children)
    for item in _by_time([item for family in children.values() for item in family]):
        family = children.get(item.parent_span_id if isinstance(item, Span) else item.span_id, [])
        if item in family:
            family.remove(item)
            yield from _beneath([item], children)


def unique(spans: Sequence[Span]) -> list[Span]:
    """The spans without duplicates, which a repeated export leaves."""
    return list({(span.span_id, span.service, span.kind, span.name, span.start): span for span in spans}.values())


def _beneath(roots: Sequence[Item], children: Families) -> Iterator[Branch]:
    """The roots and all that is beneath them, which is taken out of `children`."""
    waiting = [(root, "", "") for root in reversed(roots)]
    while waiting:
        item, guides, indent = waiting.pop()
        mine = _by_time(children.pop(item.span_id, [])) if isinstance(item, Span) else []
        yield Branch(item, guides, indent + ("│ " if mine else "  "))
        waiting += [(child, *branch(indent, child is mine[-1])) for child in reversed(mine)]


def _by_time(items: list[Item]) -> list[Item]:
    return sorted(items, key=_moment)


def _moment(item: Item) -> datetime:
    return item.start if isinstance(item, Span) else item.time


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
    spans: Sequence[Span], logs: Sequence[LogRecord], width: int, left_out: int = 0, *, ids: bool = False
) -> Group:
    """The trace drawn `width` columns wide: heading, axis, then every span with its errors and events.

    `left_out` more spans of it are not among `spans`; `ids` stand in place of the bars.
    """
    spans = unique(spans)
    start = min(span.start for span in spans)
    end = max(span.start + timedelta(seconds=span.duration_s) for span in spans)
    label = min(max(34, width * 45 // 100), width - _TOOK - _LEAST_BAR)
    axis = Axis(start, (end - start).total_seconds(), width - label - _TOOK - 1)
    lines = [line for branch in tree(spans, logs) for line in _lines(branch, axis, label, width, ids)]
    return Group(_heading(spans, axis, left_out), *([] if ids else [_scale(axis, label)]), *lines)


def _heading(spans: Sequence[Span], axis: Axis, left_out: int) -> Text:
    errors = sum(span.status == "error" for span in spans)
    services = len({span.service for span in spans})
    shown = (f"{len(spans)} of " if left_out else "") + counted(len(spans) + left_out, "span")
    return Text.assemble(
        ("trace ", "dim"),
        (spans[0].trace_id, "bold"),
        f"\n{with_date(axis.start)} · {format_duration(axis.seconds)} · {shown} of {counted(services, 'service')} · ",
        (counted(errors, "error"), "bold red" if errors else "dim"),
    )


def _scale(axis: Axis, label: int) -> Text:
    middle, end = format_duration(axis.seconds / 2), format_duration(axis.seconds)
    half = axis.width // 2
    ticks = "0" + middle.rjust(half + len(middle) // 2 - 1)
    return Text(" " * (label + _TOOK + 1) + ticks + end.rjust(axis.width - len(ticks)), style="dim")


def _lines(branch: Branch, axis: Axis, label: int, width: int, ids: bool) -> Iterator[Text]:
    if isinstance(branch.item, LogRecord):
        yield from log_note(branch.item, axis.offset_s(branch.item.time)).lines(branch.guides, branch.below, width)
        return
    yield _span(branch, branch.item, branch.item.span_id if ids else axis.bar(branch.item), label)
    for note in span_notes(branch.item, axis.start):
        yield from note.lines(branch.below, branch.below, width)


def _span(branch: Branch, span: Span, right: str, label: int) -> Text:
    failed = span.status == "error"
    name = Text.assemble(
        (branch.guides, "dim"),
        (one_line(span.service), colour(span.service)),
        " ",
        (one_line(span.name), "bold red" if failed else "default"),
        (f" → {one_line(_peer(span))}" if _peer(span) else "", "dim"),
    )
    name.truncate(label, overflow="ellipsis", pad=True)
    took = Text(format_duration(span.duration_s).rjust(_TOOK), style="bold red" if failed else "default")
    return Text.assemble(name, took, " ", (right, "red" if failed else colour(span.service)))


def _peer(span: Span) -> str:
    return span.attributes.get("service.peer.name", "") if span.kind == "client" else ""
