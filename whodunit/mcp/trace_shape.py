"""The shape of one trace: depth first, with each span's own time, the critical path, and what is alike folded."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from whodunit.telemetry.answers import Span
from whodunit.telemetry.critical_path import critical_path
from whodunit.telemetry.own_time import own_s

SHORT = 160
"""Characters of an error or a statement that a row shows."""

FOLDED_FROM = 4
"""So many spans in a row without children, alike in service and name, are one node."""


@dataclass(frozen=True)
class Node:
    """A span at its `path`, such as `1.2.1`, or several that are alike, of which `span` is the longest.

    `self_s` is the time in none of its children; `below` the number of spans beneath it.
    """

    path: str
    span: Span
    self_s: float
    below: int
    is_critical: bool = False
    alike: Sequence[Span] = ()

    @property
    def depth(self) -> int:
        """1 for a root."""
        return self.path.count(".") + 1


class Shape:
    """The nodes of one trace; a span whose parent is missing stands at the top."""

    def __init__(self, spans: Sequence[Span]) -> None:
        ids = {span.span_id for span in spans}
        self._children: dict[str | None, list[Span]] = defaultdict(list)
        for span in sorted(spans, key=lambda each: each.start):
            parent = span.parent_span_id
            self._children[parent if parent in ids and parent != span.span_id else None].append(span)
        self._critical = critical_path(spans)

    def nodes(self, *, fold: bool = True) -> list[Node]:
        """Depth first, children in the order of their starts."""
        return list(self._below(None, "", fold=fold))

    def _below(self, parent: str | None, path: str, *, fold: bool) -> Iterator[Node]:
        place = 0
        for _, group in groupby(self._children[parent], key=lambda span: self._alike(span, fold=fold)):
            spans = list(group)
            together = [spans] if len(spans) >= FOLDED_FROM else [[span] for span in spans]
            for each in together:
                here = f"{path}.{place + 1}" if path else str(place + 1)
                place += len(each)
                yield self._node(here, each)
                yield from self._below(each[0].span_id, here, fold=fold)

    def _alike(self, span: Span, *, fold: bool) -> tuple[str, ...]:
        if not fold or self._children[span.span_id]:
            return (span.span_id,)
        return (span.service, span.name, span.status)

    def _node(self, path: str, spans: Sequence[Span]) -> Node:
        longest = max(spans, key=lambda span: span.duration_s)
        children = self._children[longest.span_id]
        alone_s = sum(span.duration_s for span in spans) if len(spans) > 1 else own_s(longest, children)
        is_critical = any(span.span_id in self._critical for span in spans)
        return Node(path, longest, alone_s, self._count(longest), is_critical, spans if len(spans) > 1 else ())

    def _count(self, span: Span) -> int:
        return sum(1 + self._count(child) for child in self._children[span.span_id])


def bounds(spans: Sequence[Span]) -> tuple[datetime, datetime]:
    """The start of the first and the end of the last span."""
    return min(span.start for span in spans), max(map(_end, spans))


def failure(span: Span) -> dict[str, str]:
    """The status of a span that failed, and the first line of why."""
    if span.status != "error":
        return {}
    text = span.status_message or _exception(span)
    return {"status": "error", "error": text.strip().split("\n", 1)[0][:SHORT]}


def _exception(span: Span) -> str:
    """The type and the message of its last exception; empty without one."""
    for event in reversed(span.events):
        attributes = event.get("attributes")
        if event.get("name") == "exception" and isinstance(attributes, Mapping):
            return f"{attributes.get('exception.type', '')}: {attributes.get('exception.message', '')}"
    return ""


def _end(span: Span) -> datetime:
    return span.start + timedelta(seconds=span.duration_s)
