"""`whodunit map`: calls as a tree, from the entry of the shop down to databases and external peers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry.answers import Edge, ServiceMap
from whodunit.telemetry.questions import SpanQuery
from whodunit.views.clock_time import to_the_second
from whodunit.views.desk import desk
from whodunit.views.guides import branch
from whodunit.views.not_shown import nothing
from whodunit.views.options import AsJson, AsQuery, Last, StoreUrl
from whodunit.views.output import Style, emit
from whodunit.views.palette import colour
from whodunit.views.units import percent

OUTSIDE = "outside"
_BAD_RATIO = 0.01
_MOSTLY = 0.5
_LONG_S = 0.1
"""A healthy wait for a connection takes less than a millisecond."""
SILENT_AFTER_S = 15.0
"""Every service tells of itself each five seconds: so much later, three of its exports are missing."""

Line = tuple[str, str, Edge | None, bool]  # guides, name, edge, shown before


def map_(
    context: typer.Context,
    last: Last = "1m",
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Show who calls whom: calls per second, errors and p95 of each edge, as the caller saw them."""
    with desk(context, store) as at:
        window = at.window(last)
        found = at.telemetry.service_map(window)
        later = at.later_spans(SpanQuery())
        emit(
            Style(as_json, as_query),
            found.query,
            {"edges": found.edges, "heard": found.heard, "later": later.count},
            lambda _: later.warned(service_map(found, window.end) if found.edges else nothing(at, "calls", last)),
        )


def service_map(found: ServiceMap, now: datetime) -> RenderableType:
    """Calls per second, errors and p95 of each edge, as the caller saw them; and which services are silent by now."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("who calls whom", no_wrap=True, overflow="ellipsis")
    for heading in ("calls/s", "errors", "p95"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=7)
    for line in lines(found.edges):
        table.add_row(*_cells(line, _note(line, found.heard, now)))
    return table


def lines(edges: Sequence[Edge]) -> Iterator[Line]:
    """Depth first, from the busiest root; the calls of a service are shown where it first appears."""
    callees: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        callees[edge.caller or OUTSIDE].append(edge)
    shown: set[str] = set()
    for root in [*_uncalled(callees), *callees]:
        if root not in shown:
            yield from _subtree(root, callees, shown)


def _uncalled(callees: Mapping[str, Sequence[Edge]]) -> list[str]:
    called = {edge.callee for calls in callees.values() for edge in calls}
    roots = [caller for caller in callees if caller not in called]
    return sorted(roots, key=lambda root: -sum(edge.calls_per_s for edge in callees[root]))


def _subtree(root: str, callees: Mapping[str, Sequence[Edge]], shown: set[str]) -> Iterator[Line]:
    waiting: list[tuple[str, Edge | None, str, str]] = [(root, None, "", "")]
    while waiting:
        name, edge, guides, indent = waiting.pop()
        below = callees.get(name, [])
        yield guides, name, edge, bool(below) and name in shown
        if name not in shown:
            shown.add(name)
            waiting += [(call.callee, call, *branch(indent, call is below[-1])) for call in reversed(below)]


def _note(line: Line, heard: Mapping[str, datetime], now: datetime) -> Text:
    _, name, edge, repeated = line
    last = heard.get(name) if edge else None  # who is called by nobody, as visitors, may end when it likes
    if last is not None and (now - last).total_seconds() > SILENT_AFTER_S:
        return Text(f" (silent since {to_the_second(last)})", style="bold red")
    if edge is not None and edge.kind == "peer":
        return Text(" (has answered none)" if last else " (no telemetry of its own)", style="dim")
    if edge is not None and edge.waiting_ratio >= _MOSTLY and edge.p95_s >= _LONG_S:
        return Text(" (wait for a connection)", style="yellow")
    return Text(" …" if repeated else "", style="dim")


def _cells(line: Line, note: Text) -> list[Text | str]:
    guides, name, edge, _ = line
    plain = name == OUTSIDE or (edge is not None and edge.kind == "database")
    label = Text.assemble((guides, "dim"), (one_line(name), "dim" if plain else colour(name)), note)
    if edge is None:
        return [label, "", "", ""]
    bad = edge.error_ratio >= _BAD_RATIO
    return [
        label,
        f"{edge.calls_per_s:.2f}" if edge.calls_per_s < 1 else f"{edge.calls_per_s:.1f}",
        Text(percent(edge.error_ratio), style="bold red" if bad else "dim" if not edge.error_ratio else "default"),
        format_duration(edge.p95_s),
    ]
