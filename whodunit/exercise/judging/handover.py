"""Work that is handed to a thread and to a queue: where its spans belong."""

import json
from collections.abc import Iterator

from whodunit.counted import counted
from whodunit.exercise.evidence import Evidence, LogLine, Span, SpanId, Visit
from whodunit.exercise.judging.missing import Missing, first_of_each

RESERVE = "reserve stock"
ORDER = "order.id"
DESTINATION, OPERATION, COUNT = (
    "messaging.destination.name",
    "messaging.operation.type",
    "messaging.batch.message_count",
)
QUEUE, SEND, PROCESS = "parcels", "send", "process"
PRODUCED = "the message was made by the producer's span."
NOT_PRODUCED = "they should lead to the producer's span of each order, which is not there: see the step queue."
AT_THE_SHELF_S = 0.25
"""How long the work takes in the application to begin with."""

LEAST = 0.9
"""Part of it that is never missing, whatever the clock does meanwhile."""

IN_THREAD, IN_DEPOT = "Goods are reserved.", "A pallet leaves."


def thread(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, linked, own-trace, other-request, not-below, waited, hurried."""
    reserving = [span for span in evidence.spans if span.name == RESERVE]
    if not reserving:
        yield Missing("nothing", f"No span is named {RESERVE!r}.")
        return
    yield from first_of_each(each for visit in evidence.visits for each in _reserved(evidence, visit, reserving))
    if all(_waited(evidence, visit, reserving) for visit in evidence.visits):
        yield _ended_within(min(span.duration_s for span in reserving))


def _reserved(evidence: Evidence, visit: Visit, reserving: list[Span]) -> Iterator[Missing]:
    order, span = _order(visit), _of(visit, reserving)
    below = {each.id for server in evidence.servers(visit) for each in evidence.below(server)}
    traces = {other.trace_id for other in evidence.visits}
    if span is None:
        yield Missing("nothing", f"No span {RESERVE!r} has {ORDER}={order}.")
    elif span.id.trace_id not in traces and span.links:
        yield Missing("linked", f"{RESERVE!r} of order {order} has a link to its request, and a trace of its own.")
    elif span.id.trace_id not in traces:
        yield Missing("own-trace", f"{RESERVE!r} of order {order} is alone in a trace of its own.")
    elif span.id.trace_id != visit.trace_id:
        yield Missing("other-request", f"{RESERVE!r} of order {order} is in the trace of another order's request.")
    elif span.id not in below:
        yield Missing("not-below", f"{RESERVE!r} of order {order} is in its request's trace, beside the server span.")


def _ended_within(took_s: float) -> Missing:
    if took_s < LEAST * AT_THE_SHELF_S:
        told = f"Each {RESERVE!r} took {took_s:.2f} s, where going to the shelf takes {AT_THE_SHELF_S:g} s"
        return Missing("hurried", f"{told}; it ended before its request was answered.")
    return Missing("waited", f"Each {RESERVE!r} ended, after {took_s:.2f} s, before its request was answered.")


def _waited(evidence: Evidence, visit: Visit, reserving: list[Span]) -> bool:
    """True if the work ended within the request. A slow machine does that to one of them, a call in it to all."""
    span = _of(visit, reserving)
    return span is not None and any(
        server.start_us <= span.start_us and span.end_us <= server.end_us for server in evidence.servers(visit)
    )


def _of(visit: Visit, reserving: list[Span]) -> Span | None:
    return next((span for span in reserving if span.attributes.get(ORDER) == _order(visit)), None)


def queue(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, own-trace, attributes."""
    producers = [span for span in evidence.spans if span.kind == "producer"]
    if not producers:
        yield Missing("nothing", "No span is of kind producer: nothing tells that a message was sent.")
        return
    yield from first_of_each(each for visit in evidence.visits for each in _sent(evidence, visit))


def _sent(evidence: Evidence, visit: Visit) -> Iterator[Missing]:
    sent = _producers(evidence, visit)
    if len(sent) != 1:
        seen = f"{counted(len(sent), 'producer span')} below the request of order {_order(visit)}"
        yield Missing("own-trace", f"{seen}; it sends one message.")
    for span in sent:
        yield from _attributes(span, SEND)


def _attributes(span: Span, operation: str) -> Iterator[Missing]:
    wanted = {DESTINATION: QUEUE, OPERATION: operation}
    wrong = [
        f"{name} of {span.name!r} is {span.attributes.get(name, 'not said')}, where {value} is right"
        for name, value in wanted.items()
        if span.attributes.get(name) != value
    ]
    if wrong:
        yield Missing("attributes", f"{'; '.join(wrong)}.")


def links(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, kind, several, parent, attributes, count, links, wrong-span, beside."""
    consumers = [span for span in evidence.spans if span.kind == "consumer"]
    if not consumers:
        other = next((span for span in evidence.spans if span.links), None)
        yield (
            Missing("kind", f"The span {other.name!r} has links, and is of kind {other.kind}.")
            if other
            else Missing("nothing", "No span is of kind consumer: nothing tells that a pallet was loaded.")
        )
        return
    if len(consumers) > 1:
        yield Missing("several", _several(consumers))
    else:
        yield from _count(evidence, consumers[0])
    yield from first_of_each(each for span in consumers for each in _parent(evidence, span))
    yield from first_of_each(each for span in consumers for each in _attributes(span, PROCESS))
    yield from _linked(evidence, {link for span in consumers for link in span.links})
    yield from _beside(consumers)


def _several(consumers: list[Span]) -> str:
    numbers = ", ".join(str(len(span.links)) for span in consumers)
    seen = f"{len(consumers)} spans of kind consumer for one pallet; links of each: {numbers}."
    waiting = [span for span in consumers if not span.links and not span.parent_id]
    if 0 < len(waiting) < len(consumers):
        return f"{seen} That without links is of no pallet: it waited for messages, and none came."
    return seen


def _parent(evidence: Evidence, span: Span) -> Iterator[Missing]:
    owner = next((visit for visit in evidence.visits if visit.trace_id == span.id.trace_id), None)
    if owner:
        yield Missing("parent", f"{span.name!r} is in the trace of order {_order(owner)}; the pallet is of all.")


def _count(evidence: Evidence, span: Span) -> Iterator[Missing]:
    told = span.attributes.get(COUNT, "not said")
    if told.isdecimal() and span.types.get(COUNT) != "int":
        yield Missing("count", f"{COUNT} of {span.name!r} is the text {told!r}, and no number.")
    elif told != str(len(evidence.visits)):
        yield Missing("count", f"{COUNT} of {span.name!r} is {told}; a pallet has {len(evidence.visits)} parcels.")


def _linked(evidence: Evidence, targets: set[SpanId]) -> Iterator[Missing]:
    linked = {target.trace_id for target in targets}
    missed = [visit for visit in evidence.visits if visit.trace_id not in linked]
    if missed:
        orders = ", ".join(_order(visit) for visit in missed)
        seen = f"{counted(len(targets), 'link')} for {len(evidence.visits)} orders"
        if not targets:
            seen += "; either no traceparent is in the headers, or no link was made of it"
        yield Missing("links", f"No link leads to order {orders}: {seen}.")
        return
    sent = {span.id for visit in evidence.visits for span in _producers(evidence, visit)}
    if wrong := targets - sent:
        names = {span.id: f"{span.name!r}" for span in evidence.spans}
        where = " and ".join(sorted({names.get(each, "a span that never arrived") for each in wrong}))
        yield Missing("wrong-span", f"Links lead to {where}; {PRODUCED if sent else NOT_PRODUCED}")


def _beside(consumers: list[Span]) -> Iterator[Missing]:
    local = sum(len(span.local_links) for span in consumers)
    if local:
        yield Missing("beside", f"The context of {counted(local, 'link')} came out of no message (is_remote is false).")


def joined_logs(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: thread, depot."""
    requests = {visit.trace_id for visit in evidence.visits}
    loading = {span.id.trace_id for span in evidence.spans if span.kind == "consumer"}
    if not _all_within(evidence.logs, IN_THREAD, requests):
        yield Missing("thread", f"Lines {IN_THREAD!r} are not in the trace of their request.")
    if not _all_within(evidence.logs, IN_DEPOT, loading):
        yield Missing("depot", f"The line {IN_DEPOT!r} is not in the trace of the consumer's span.")


def _all_within(logs: tuple[LogLine, ...], body: str, traces: set[str]) -> bool:
    lines = [line for line in logs if line.body == body]
    return bool(lines) and all(line.within.trace_id in traces for line in lines)


def _producers(evidence: Evidence, visit: Visit) -> list[Span]:
    return [span for server in evidence.servers(visit) for span in evidence.below(server) if span.kind == "producer"]


def _order(visit: Visit) -> str:
    """The order's number; for an answer without one, a question mark with the status."""
    try:
        return str(json.loads(visit.body)["order"])
    except (ValueError, KeyError, TypeError):
        return f"? ({visit} was answered with {visit.status})"
