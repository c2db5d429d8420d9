"""Propagation and distribution of failures, the graph of calls, and how long calls took."""

from collections.abc import Iterator, Sequence

from whodunit.blocks import Block, Diagram, Heading, Table
from whodunit.durations import format_duration
from whodunit.report import drawings, mermaid
from whodunit.report.call_graph import Arrow, call_graph
from whodunit.report.calls import Call
from whodunit.report.evidence import Docket, Evidence
from whodunit.report.failures import Failures, Operation
from whodunit.report.seen import Seen
from whodunit.views.units import percent

MOST_SLICES, MOST_DRAWN = 8, 10
MILLISECONDS = 1000.0


def propagation(seen: Seen, docket: Docket) -> Iterator[Block]:
    """Which failure came of which: a failed child with a failed parent, and nothing else."""
    found = seen.failures
    yield Heading("Propagation")
    if not found.spans:
        yield f"No span failed. {docket.cite(found.evidence)}"
    else:
        yield f"One failure, from where it begins to whom it reaches: {_way(found)}. {docket.cite(_example(found))}"
        yield f"Failed calls from service to service, whose caller failed as well: {docket.cite(found.evidence)}"
        yield Table(
            ("from", "its operation", "to", "its operation", "times"),
            [(child[0], child[1], parent[0], parent[1], str(times)) for child, parent, times in crossings(found)],
        )
    if slower := [edge for edge in seen.calls.edges if edge.is_slower]:
        named = ", ".join(f"{each.name} ({_took(each.p95_before_s)} → {_took(each.p95_s)})" for each in slower)
        yield f"Calls that became slower, p95 before and then: {named}. {_both(seen, docket)}"


def crossings(found: Failures) -> list[tuple[Operation, Operation, int]]:
    """Failures that were passed on from one service to another, the most frequent first."""
    between = [(child, parent, times) for (child, parent), times in found.passed_on.items() if child[0] != parent[0]]
    return sorted(between, key=lambda each: (-each[2], each[0], each[1]))


def _way(found: Failures) -> str:
    return " → ".join(f"{span.service} `{span.name}`" for span in found.chain)


def _example(found: Failures) -> Evidence:
    first = found.chain[0]
    value = f"span {first.span_id}: {first.service} {first.name}, {format_duration(first.duration_s)}"
    return Evidence(
        "A trace in which it can be seen", f"whodunit trace {first.trace_id[:8]}", None, value, first.trace_id
    )


def distribution(seen: Seen, docket: Docket) -> Iterator[Block]:
    """Where failures begin."""
    found = seen.failures
    if not found.spans:
        return
    total = sum(origin.count for origin in found.origins)
    yield Heading("Error distribution")
    some = "" if found.is_all else " Not all failed spans could be listed: the numbers are of those that were."
    yield (
        f"{len(found.spans)} spans failed, {total} of them without a failed child: there failures begin.{some} "
        f"{docket.cite(found.evidence)}"
    )
    yield Diagram("Where failures begin", *_slices(found))
    yield Table(
        ("service", "operation", "message", "times", "share", "example"),
        [
            (
                each.service,
                each.name,
                each.message,
                str(each.count),
                percent(each.count / total),
                f"`whodunit trace {each.example.trace_id[:8]}`",
            )
            for each in found.origins
        ],
    )
    yield from _attributes(found, docket)


def _slices(found: Failures) -> tuple[str, str]:
    named = [(f"{each.service} {each.name}: {each.message}", float(each.count)) for each in found.origins]
    slices = dict(named[:MOST_SLICES])
    if rest := sum(count for _, count in named[MOST_SLICES:]):
        slices["all others"] = rest
    title = "Where failures begin"
    bars = [drawings.Bar(name, count, f"{count:g}") for name, count in slices.items()]
    return mermaid.pie(title, slices), drawings.bars(title, bars)


def _attributes(found: Failures, docket: Docket) -> Iterator[Block]:
    """All that the first span of the most frequent failure says of itself."""
    span = found.origins[0].example
    value = f"span {span.span_id}"
    asked = f"The first span of the most frequent failure, {span.service} {span.name}"
    mark = docket.cite(Evidence(asked, f"whodunit trace {span.trace_id[:8]} --ids", None, value, span.trace_id))
    yield f"The first one of the most frequent says of itself: {mark}"
    yield Table(("attribute", "value"), [(f"`{key}`", span.attributes[key]) for key in sorted(span.attributes)])


def services(seen: Seen, docket: Docket) -> Iterator[Block]:
    """The graph of calls."""
    edges = [edge for edge in seen.calls.edges if edge.calls]
    yield Heading("Services")
    yield f"Calls during the trouble, each from a parent span to its child. {docket.cite(seen.calls.during)}"
    if edges:
        bold = [(edge, edge.fails or edge.is_slower) for edge in edges]
        drawn = [Arrow(edge.caller, edge.callee, _short(edge), loud) for edge, loud in bold]
        written = [(edge.caller, edge.callee, _short(edge), loud) for edge, loud in bold]
        yield Diagram("Calls between services", mermaid.graph(written), call_graph("Calls between services", drawn))
    yield Table(
        ("from", "to", "kind", "calls", "failed", "failed before", ""),
        [
            (
                edge.caller,
                edge.callee,
                edge.kind,
                f"{edge.calls:g}",
                percent(edge.error_ratio),
                percent(edge.error_ratio_before),
                "more failures" if edge.fails else "",
            )
            for edge in edges
        ],
    )


def _short(edge: Call) -> str:
    failed = f", {percent(edge.error_ratio)} failed" if edge.error_ratio else ""
    return f"{edge.calls:g}{failed}"


def durations(seen: Seen, docket: Docket) -> Iterator[Block]:
    """How long calls took before and during the trouble."""
    both = [edge for edge in seen.calls.edges if edge.p95_before_s is not None and edge.p95_s is not None]
    ranked = sorted(both, key=lambda edge: (-edge.growth, edge.name))
    yield Heading("Span durations")
    yield f"The p95 of calls before the onset and during the trouble, those that grew most first. {_both(seen, docket)}"
    if ranked:
        yield Diagram("p95 of calls", *_drawn(ranked[:MOST_DRAWN]))
    yield Table(
        ("call", "p95 before", "p95 then", "times", ""),
        [
            (
                edge.name,
                _took(edge.p95_before_s),
                _took(edge.p95_s),
                f"{edge.growth:.2g}",
                "slower" if edge.is_slower else "",
            )
            for edge in ranked
        ],
    )


def _drawn(edges: Sequence[Call]) -> tuple[str, str]:
    title = "p95 of calls, first line and grey before, second line and red then"
    before, then = ([(value or 0.0) * MILLISECONDS for value in each] for each in zip(*map(_pair, edges), strict=True))
    names = [edge.name for edge in edges]
    bars = [
        bar
        for edge in edges
        for bar in (
            drawings.Bar(edge.name, edge.p95_before_s or 0.0, _took(edge.p95_before_s), loud=False),
            drawings.Bar("", edge.p95_s or 0.0, _took(edge.p95_s)),
        )
    ]
    return mermaid.lines(title, "milliseconds", names, [before, then]), drawings.bars(
        "p95 of calls: grey before, red then", bars
    )


def _pair(edge: Call) -> tuple[float | None, float | None]:
    return edge.p95_before_s, edge.p95_s


def _both(seen: Seen, docket: Docket) -> str:
    return f"{docket.cite(seen.calls.before)} {docket.cite(seen.calls.during)}"


def _took(seconds: float | None) -> str:
    return "none" if seconds is None else format_duration(seconds)
