"""One trace as a tree of spans and log lines, with a bar for each span on the axis of time."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Group
from rich.text import Text

from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.views import not_shown
from whodunit.views.clock_time import with_date
from whodunit.views.guides import branch
from whodunit.views.palette import colour
from whodunit.views.trace_notes import (
    Note,
    alike_notes,
    log_note,
    off_flags,
    own_time_notes,
    process_note,
    span_notes,
    statement,
)

_TOOK = 8
_LEAST_BAR = 12
_MARKS = " ▏▕▐▌█"
_FOLDED_FROM = 4


@dataclass(frozen=True)
class Alike:
    """Spans without children that one parent has, and that differ in nothing but their times and parameters."""

    spans: Sequence[Span]


@dataclass(frozen=True)
class Missing:
    """The place of parents that are not among the spans; `children` have one."""

    children: int
    span_id: str = ""


Recorded = Span | LogRecord
Item = Recorded | Alike | Missing
Families = dict[str | None, list[Recorded]]


@dataclass(frozen=True)
class Branch:
    """An item at its place in the tree; `guides` draws the branches that lead to it, `below` those beneath it.

    `children` are the spans directly beneath it, `above` is the item that it hangs on.
    """

    item: Item
    guides: str
    below: str
    children: Sequence[Span] = ()
    above: Item | None = None


@dataclass(frozen=True)
class Detail:
    """The detail of a drawing: with `ids` in place of the bars, with `everything`; releases of some services alone."""

    ids: bool = False
    everything: bool = False
    of_several_releases: Collection[str] = ()


def tree(spans: Sequence[Span], logs: Sequence[LogRecord] = (), *, fold: bool = True) -> Iterator[Branch]:
    """Parents before children, children by time, every item once; `fold` takes spans that are alike together.

    Spans whose parents are missing hang together on one item. Of spans that are each other's ancestors the first is a
    root.
    """
    known = {span.span_id for span in spans}
    children: Families = defaultdict(list)
    for span in spans:
        children[_parent(span, known)].append(span)
    for record in logs:
        children[record.span_id if record.span_id in known else None].append(record)
    roots: list[Item] = [*_by_time(children.pop(None, []))]
    if orphans := len(children.get(Missing.span_id, ())):
        roots.append(Missing(orphans))
    yield from _beneath(roots, children, fold=fold)
    for item in _by_time([item for family in children.values() for item in family]):
        family = children.get(item.parent_span_id if isinstance(item, Span) else item.span_id, [])
        if item in family:
            family.remove(item)
            yield from _beneath([item], children, fold=fold)


def unique(spans: Sequence[Span]) -> list[Span]:
    """The spans without duplicates, which a repeated export leaves."""
    return list({(span.span_id, span.service, span.kind, span.name, span.start): span for span in spans}.values())


def is_incomplete(spans: Sequence[Span]) -> bool:
    """True if the parent of a span is not among them."""
    known = {span.span_id for span in spans}
    return any(_parent(span, known) == Missing.span_id for span in spans)


def _parent(span: Span, known: Collection[str]) -> str | None:
    """The key of the span's family: None for a root."""
    parent = span.parent_span_id
    if parent is None or parent == span.span_id:
        return None
    return parent if parent in known else Missing.span_id


def _beneath(roots: Sequence[Item], children: Families, *, fold: bool) -> Iterator[Branch]:
    """The roots and all that is beneath them, which is taken out of `children`."""
    waiting: list[tuple[Item, str, str, Item | None]] = [(root, "", "", None) for root in reversed(roots)]
    while waiting:
        item, guides, indent, above = waiting.pop()
        mine = _by_time(children.pop(item.span_id, [])) if isinstance(item, Span | Missing) else []
        spans = [each for each in mine if isinstance(each, Span)]
        drawn: Sequence[Item] = _folded(mine, children) if fold else mine
        yield Branch(item, guides, indent + ("│ " if drawn else "  "), spans, above)
        waiting += [(child, *branch(indent, child is drawn[-1]), item) for child in reversed(drawn)]


def _folded(items: Sequence[Recorded], children: Families) -> list[Item]:
    """The items, of which those that are alike are one, where the first of them was; what failed stays by itself."""
    alike: dict[tuple[str, ...], list[Span]] = defaultdict(list)
    for item in items:
        if isinstance(item, Span) and item.status != "error" and item.span_id not in children:
            alike[_kind(item)].append(item)
    folds = {id(span): Alike(spans) for spans in alike.values() if len(spans) >= _FOLDED_FROM for span in spans[:1]}
    hidden = {id(span) for fold in folds.values() for span in fold.spans[1:]}
    return [folds.get(id(item), item) for item in items if id(item) not in hidden]


def _kind(span: Span) -> tuple[str, ...]:
    return span.service, span.name, span.kind, peer(span), statement(span)


def _by_time(items: Sequence[Recorded]) -> list[Recorded]:
    return sorted(items, key=_moment)


def _moment(item: Recorded) -> datetime:
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
    start = min(span.start for span in spans)
    end = max(span.start + timedelta(seconds=span.duration_s) for span in spans)
    label = min(max(34, width * 45 // 100), width - _TOOK - _LEAST_BAR)
    axis = Axis(start, (end - start).total_seconds(), width - label - _TOOK - 1)
    branches = tree(spans, logs, fold=not (detail.ids or detail.everything))
    lines = [line for branch in branches for line in _lines(branch, axis, label, width, detail)]
    off = 0 if detail.everything else sum(map(off_flags, spans))
    return Group(
        _heading(spans, axis, left_out),
        *([] if detail.ids else [_scale(axis, label)]),
        *lines,
        *not_shown.left_out("switched-off flag", off, "--all shows them"),
    )


def _heading(spans: Sequence[Span], axis: Axis, left_out: int) -> Text:
    errors = sum(span.status == "error" for span in spans)
    services = len({span.service for span in spans})
    shown = (f"{len(spans)} of " if left_out else "") + counted(len(spans) + left_out, "span")
    return Text.assemble(
        ("trace ", "dim"),
        (spans[0].trace_id, "bold"),
        f"\n{with_date(axis.start)} · {format_duration(axis.seconds)} · {shown} of {counted(services, 'service')} · ",
        (counted(errors, "error"), "bold red" if errors else "dim"),
        (" · incomplete" if is_incomplete(spans) else "", "yellow"),
    )


def _scale(axis: Axis, label: int) -> Text:
    middle, end = format_duration(axis.seconds / 2), format_duration(axis.seconds)
    half = axis.width // 2
    ticks = "0" + middle.rjust(half + len(middle) // 2 - 1)
    return Text(" " * (label + _TOOK + 1) + ticks + end.rjust(axis.width - len(ticks)), style="dim")


def _lines(branch: Branch, axis: Axis, label: int, width: int, detail: Detail) -> Iterator[Text]:
    match branch.item:
        case LogRecord() as record:
            yield from log_note(record, axis.offset_s(record.time)).lines(branch.guides, branch.below, width)
        case Missing(children):
            said = missing(children)
            yield Text.assemble((branch.guides, "dim"), (said, "yellow"), no_wrap=True, overflow="ellipsis")
        case Alike(spans):
            together_s = sum(span.duration_s for span in spans)
            bars = [axis.bar(span) for span in spans]
            yield _line(branch, spans[0], f"{len(spans)} × ", together_s, _overlaid(bars), label)
        case Span() as span:
            yield _line(branch, span, "", span.duration_s, span.span_id if detail.ids else axis.bar(span), label)
    for note in notes(branch, axis, detail):
        yield from note.lines(branch.below, branch.below, width)


def missing(children: int) -> str:
    """The text in the place of parents that are not there."""
    return f"{counted(children, 'span')} whose parents are not here: they have not ended, or were lost"


def notes(branch: Branch, axis: Axis, detail: Detail) -> list[Note]:
    """What stands below a span, or below several that are alike; log lines and what is missing have none."""
    match branch.item:
        case Alike(spans):
            together_s = sum(span.duration_s for span in spans)
            return [*alike_notes(spans, together_s, is_long=_is_long(together_s, axis))]
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


def _line(branch: Branch, span: Span, number: str, seconds: float, right: str, label: int) -> Text:
    failed = span.status == "error"
    name = Text.assemble(
        (branch.guides, "dim"),
        (one_line(span.service), colour(span.service)),
        f" {number}",
        (one_line(span.name), "bold red" if failed else "default"),
        (f" → {one_line(peer(span))}" if peer(span) else "", "dim"),
    )
    name.truncate(label, overflow="ellipsis", pad=True)
    took = Text(format_duration(seconds).rjust(_TOOK), style="bold red" if failed else "default")
    return Text.assemble(name, took, " ", (right, "red" if failed else colour(span.service)))


def peer(span: Span) -> str:
    """The peer that a client's span calls, empty for other spans."""
    return span.attributes.get("service.peer.name", "") if span.kind == "client" else ""
