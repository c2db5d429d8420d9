"""One trace as a tree: spans below their parents, log lines below their spans, what is alike as one item."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from whodunit.counted import counted
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.questions import Window

FOLDED_FROM = 4
"""So many spans that are alike are one item."""


@dataclass(frozen=True)
class Alike:
    """Spans without children that one parent has, and that differ in nothing but their times and parameters."""

    spans: Sequence[Span]

    @property
    def together_s(self) -> float:
        """Their durations in all, in seconds."""
        return sum(span.duration_s for span in self.spans)

    @property
    def longest(self) -> Span:
        """The one that took longest."""
        return max(self.spans, key=lambda span: span.duration_s)


@dataclass(frozen=True)
class Missing:
    """The place of parents that are not among the spans; `children` have one."""

    children: int
    span_id: str = ""

    def __str__(self) -> str:
        return f"{counted(self.children, 'span')} whose parents are not here: they have not ended, or were lost"


Recorded = Span | LogRecord
Item = Recorded | Alike | Missing
Families = dict[str | None, list[Recorded]]


@dataclass(frozen=True)
class Branch:
    """An item at its place in the tree: `depth` is 0 for a root, `above` the item that it hangs on.

    `number` is its place among those beside it, from 1; spans that are alike keep theirs, of which the first is told.
    `children` are the spans directly beneath it.
    """

    item: Item
    depth: int
    number: int
    above: Item | None = None
    is_last: bool = True
    is_leaf: bool = True
    children: Sequence[Span] = ()


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
    for number, root in enumerate(roots, 1):
        yield from _beneath(Branch(root, 0, number), children, fold=fold)
    number = len(roots)
    for item in _by_time([item for family in children.values() for item in family]):
        family = children.get(item.parent_span_id if isinstance(item, Span) else item.span_id, [])
        if item in family:
            family.remove(item)
            number += 1
            yield from _beneath(Branch(item, 0, number), children, fold=fold)


def is_incomplete(branches: Sequence[Branch]) -> bool:
    """True if parents of spans are missing."""
    return any(isinstance(branch.item, Missing) for branch in branches)


def unique(spans: Sequence[Span]) -> list[Span]:
    """The spans without duplicates, which a repeated export leaves."""
    return list({(span.span_id, span.service, span.kind, span.name, span.start): span for span in spans}.values())


def extent(spans: Sequence[Span]) -> Window:
    """The time from the first start to the last end of spans, of which there is one at least."""
    return Window(min(span.start for span in spans), max(span.end for span in spans))


def peer(span: Span) -> str:
    """The peer that a client's span calls, empty for other spans."""
    return span.attributes.get("service.peer.name", "") if span.kind == "client" else ""


def statement(span: Span) -> str:
    """The span's statement, empty if it has none."""
    return span.attributes.get("db.query.text", "")


def _parent(span: Span, known: Collection[str]) -> str | None:
    """The key of the span's family: None for a root."""
    parent = span.parent_span_id
    if parent is None or parent == span.span_id:
        return None
    return parent if parent in known else Missing.span_id


def _beneath(root: Branch, children: Families, *, fold: bool) -> Iterator[Branch]:
    """The root and all that is beneath it, which is taken out of `children`."""
    waiting = [root]
    while waiting:
        branch = waiting.pop()
        item = branch.item
        mine = _by_time(children.pop(item.span_id, [])) if isinstance(item, Span | Missing) else []
        drawn = _folded(mine, children) if fold else list(enumerate(mine, 1))
        yield replace(branch, is_leaf=not drawn, children=[each for each in mine if isinstance(each, Span)])
        below = [Branch(each, branch.depth + 1, number, item, is_last=False) for number, each in reversed(drawn)]
        waiting += [replace(each, is_last=True) for each in below[:1]] + below[1:]


def _folded(items: Sequence[Recorded], children: Families) -> list[tuple[int, Item]]:
    """The items with their numbers; those that are alike are one, where the first of them was.

    What failed stays by itself.
    """
    alike: dict[tuple[str, ...], list[Span]] = defaultdict(list)
    for item in items:
        if isinstance(item, Span) and item.status != "error" and item.span_id not in children:
            alike[_kind(item)].append(item)
    folds = {id(span): Alike(spans) for spans in alike.values() if len(spans) >= FOLDED_FROM for span in spans[:1]}
    hidden = {id(span) for fold in folds.values() for span in fold.spans[1:]}
    return [(number, folds.get(id(item), item)) for number, item in enumerate(items, 1) if id(item) not in hidden]


def _kind(span: Span) -> tuple[str, ...]:
    return span.service, span.name, span.kind, peer(span), statement(span)


def _by_time(items: Sequence[Recorded]) -> list[Recorded]:
    return sorted(items, key=_moment)


def _moment(item: Recorded) -> datetime:
    return item.start if isinstance(item, Span) else item.time
