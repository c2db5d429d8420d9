"""The time of a span in which none of its children was under way: what it did, or waited for, by itself."""

from collections.abc import Iterator, Sequence

from whodunit.telemetry.answers import Span

Stretch = tuple[float, float]
"""From, until, in seconds since the span's start."""


def stretches(span: Span, children: Sequence[Span]) -> Iterator[Stretch]:
    """The stretches of its own time, by time; `children` are those directly beneath it."""
    until, end = span.start, span.end
    for child in sorted(children, key=lambda each: each.start):
        if child.start > until:
            yield (until - span.start).total_seconds(), (min(child.start, end) - span.start).total_seconds()
        until = min(end, max(until, child.end))
    if until < end:
        yield (until - span.start).total_seconds(), span.duration_s


def own_s(span: Span, children: Sequence[Span]) -> float:
    """Its own time in all, in seconds."""
    return sum(until - since for since, until in stretches(span, children))
