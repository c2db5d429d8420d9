"""From a list of spans and log lines to the tree that they form."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from whodunit.telemetry.answers import LogRecord, Span

Item = Span | LogRecord


@dataclass(frozen=True)
class Branch:
    """An item at its place in the tree; `guides` draws the branches that lead to it, `below` those beneath it."""

    item: Item
    guides: str
    below: str


def grow(spans: Sequence[Span], logs: Sequence[LogRecord] = ()) -> Iterator[Branch]:
    """Parents before children, children by time; a span whose parent is unknown is a root."""
    known = {span.span_id for span in spans}
    children: dict[str | None, list[Item]] = defaultdict(list)
    for span in spans:
        parent = span.parent_span_id
        children[parent if parent in known and parent != span.span_id else None].append(span)
    for record in logs:
        children[record.span_id if record.span_id in known else None].append(record)
    for root in _by_time(children[None]):
        yield from _branch(root, children, "", "")


def _branch(item: Item, children: dict[str | None, list[Item]], guides: str, indent: str) -> Iterator[Branch]:
    mine = _by_time(children[item.span_id]) if isinstance(item, Span) else []
    yield Branch(item, guides, indent + ("│ " if mine else "  "))
    for position, child in enumerate(mine):
        last = position == len(mine) - 1
        yield from _branch(child, children, indent + ("└ " if last else "├ "), indent + ("  " if last else "│ "))


def _by_time(items: list[Item]) -> list[Item]:
    return sorted(items, key=_moment)


def _moment(item: Item) -> datetime:
    return item.start if isinstance(item, Span) else item.time
