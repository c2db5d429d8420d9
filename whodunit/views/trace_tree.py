"""From a list of spans and log lines to the tree that they form."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from whodunit.telemetry.answers import LogRecord, Span
from whodunit.views.guides import branch

Item = Span | LogRecord
Families = dict[str | None, list[Item]]


@dataclass(frozen=True)
class Branch:
    """An item at its place in the tree; `guides` draws the branches that lead to it, `below` those beneath it."""

    item: Item
    guides: str
    below: str


def grow(spans: Sequence[Span], logs: Sequence[LogRecord] = ()) -> Iterator[Branch]:
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


def once(spans: Sequence[Span]) -> list[Span]:
    """The spans, one of each that was recorded twice: a retry after a lost answer."""
    return list({(span.span_id, span.service, span.kind, span.name, span.start): span for span in spans}.values())


def _beneath(roots: Sequence[Item], children: Families) -> Iterator[Branch]:
    """The roots and all that is beneath them; takes what it tells out of `children`."""
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
