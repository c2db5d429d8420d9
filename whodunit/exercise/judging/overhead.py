"""Spans that cost something and tell nothing, and what telemetry costs."""

from collections import Counter
from collections.abc import Iterator

from whodunit.counted import counted
from whodunit.exercise.evidence import Evidence
from whodunit.exercise.judging.missing import Missing
from whodunit.exercise.judging.service_spans import PROBES

OF_REGISTRY = ("lock edition", "wait for a place")
"""Inventory's own spans."""

AT_ONCE = 4
"""So many spans come in a batch at least, on average, when they are not sent one by one."""


def cost(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, one-by-one, probe, plumbing."""
    if not evidence.spans:
        yield Missing("nothing", "No span arrived at all: what costs nothing tells nothing.")
        return
    if evidence.span_batches * AT_ONCE > len(evidence.spans):
        sent = counted(evidence.span_batches, "request")
        yield Missing("one-by-one", f"{counted(len(evidence.spans), 'span')} were sent in {sent} to the backend.")
    probes = [visit for visit in evidence.visits if visit.request.route in PROBES and evidence.trace(visit)]
    if probes:
        yield Missing("probe", f"{probes[0]} has {counted(len(evidence.trace(probes[0])), 'span')}.")
    inner = Counter(span.name for span in evidence.spans if span.kind == "internal" and span.name not in OF_REGISTRY)
    if inner:
        most = ", ".join(repr(name) for name, _ in inner.most_common(2))
        told = f"{inner.total()} of {len(evidence.spans)} spans are internal ones that the registry does not have"
        yield Missing("plumbing", f"{told}, as {most}.")


def measured(evidence: Evidence) -> str:
    """Processor time of a request, and the part of it that is telemetry's."""
    if not evidence.cost:
        return ""
    with_us, more_us = (round(each, -1) for each in (evidence.cost.with_us, max(0.0, evidence.cost.more_us)))
    spans = f"{counted(len(evidence.spans), 'span')} for {counted(len(evidence.visits), 'request')}"
    took = f"some {with_us:.0f} µs of processor time, {more_us:.0f} µs of it for telemetry"
    return f"{evidence.visits[0]}: {took}; {spans}"
