"""The spans that a trace waited for: had one of them been shorter, the whole would have been."""

from collections import defaultdict
from collections.abc import Sequence

from whodunit.telemetry.answers import Span


def critical_path(spans: Sequence[Span]) -> set[str]:
    """The ids of the spans on the way back from the end of the first root; empty without a root.

    From the end of a span it goes to the child that ended last, and from that child's start to the one that ended last
    before it. What goes on after its parent's end was waited for up to then.
    """
    known = {span.span_id for span in spans}
    children: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        children[span.parent_span_id or ""].append(span)
    roots = [span for span in spans if span.parent_span_id not in known]
    if not roots:
        return set()
    root = min(roots, key=lambda span: span.start)
    found: set[str] = set()
    waiting = [(root, root.end)]
    while waiting:
        span, end = waiting.pop()
        found.add(span.span_id)
        until = end
        for child in sorted(children[span.span_id], key=lambda each: each.end, reverse=True):
            ended = min(child.end, end)
            if child.span_id not in found and child.start < until and ended <= until:
                waiting.append((child, ended))
                until = child.start
    return found
