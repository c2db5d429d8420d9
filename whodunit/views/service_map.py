"""`whodunit map`: calls as a tree, from the entry of the shop down to databases and external peers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry.answers import Edge, ServiceMap
from whodunit.telemetry.questions import RELEASE, SpanQuery, Window
from whodunit.views.clock_time import to_the_second
from whodunit.views.desk import desk
from whodunit.views.guides import branch
from whodunit.views.not_shown import nothing
from whodunit.views.options import Around, AsJson, AsQuery, Since, StoreUrl, Until
from whodunit.views.output import Style, emit
from whodunit.views.palette import colour
from whodunit.views.service_details import ANSWERS, Details, details
from whodunit.views.units import percent
from whodunit.views.windows import Period

Row = list[Text | str]

USUAL = "1m"
Last = Annotated[
    str | None,
    typer.Option("--last", metavar="TIME", help=f"How far to look back: 30s; if left out {USUAL}, at a replay all."),
]

OUTSIDE = "outside"
_BAD_RATIO = 0.01
_MOSTLY = 0.5
_LONG_S = 0.1
"""A healthy wait for a connection takes less than a millisecond."""
SILENT_AFTER_S = 15.0
"""Every service tells of itself each five seconds: so much later, three of its exports are missing."""

LATE_S = 0.05
"""A healthy event loop is late by less than 20 ms, on a busy machine too."""
_TIMES_SLOWER = 5


@dataclass(frozen=True)
class Line:
    """A node of the tree, after its `guides`; what is beneath it stands at `indent`. `again`: it was shown before."""

    guides: str
    indent: str
    name: str
    edge: Edge | None
    calls: bool
    again: bool


@dataclass(frozen=True)
class Note:
    """A remark behind a name, and its `meaning`, if that is told below the tree."""

    text: str
    style: str = "dim"
    meaning: str = ""


LATE = (
    "event loop late: one time in twenty the service was too busy to go on for so long, or longer; "
    "whatever it waits for looks slower to it than it is."
)
WAITING = (
    "wait for a connection: most of that time the caller waited for one, from its pool or a new one; "
    "it is not the statements that take long."
)
RELEASES = (
    f"release: its share of the service's answers, how many of its own failed, and p95. When each answered: "
    f"whodunit metrics {ANSWERS} --rate --by {RELEASE} --service "
)


def map_(
    context: typer.Context,
    last: Last = None,
    since: Since = None,
    until: Until = None,
    around: Around = None,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Show who calls whom: calls per second, errors and p95 of each edge, as the caller saw them."""
    with desk(context, store) as at:
        typed = Period(last, since, until, around)
        period = Period(USUAL) if typed.is_open and not at.recorded else typed
        window = at.window(period)
        found = at.telemetry.service_map(window)
        seen = details(at.telemetry, window) if found.edges else Details()
        later = at.later_spans(SpanQuery())
        emit(
            Style(as_json, as_query),
            found.query,
            {"edges": found.edges, "heard": found.heard, "later": later.count, **vars(seen)},
            lambda _: later.warned(service_map(found, seen, window) if found.edges else nothing(at, "calls", period)),
        )


def service_map(found: ServiceMap, seen: Details, window: Window) -> RenderableType:
    """Calls per second, errors and p95 of each edge, as the caller saw them; and what is remarkable about services."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    period = f"{to_the_second(window.start)} to {to_the_second(window.end)}"
    table.add_column(f"who calls whom, {period}", no_wrap=True, overflow="ellipsis")
    for heading in ("calls/s", "errors", "p95"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=7)
    meanings: dict[str, None] = {}
    for line in lines(found.edges):
        notes = list(_notes(line, found.heard, seen, window.end))
        table.add_row(*_cells(line, notes))
        for row in _beneath(line, seen):
            table.add_row(*row)
        meanings |= dict.fromkeys(note.meaning for note in notes if note.meaning)
    several = [service for service, releases in seen.releases.items() if len(releases) > 1]
    meanings |= dict.fromkeys(RELEASES + one_line(service) for service in several[:1])
    return Group(table, *(Text(meaning, style="dim") for meaning in meanings))


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
        yield Line(guides, indent, name, edge, bool(below), name in shown)
        if name not in shown:
            shown.add(name)
            waiting += [(call.callee, call, *branch(indent, call is below[-1])) for call in reversed(below)]


def _notes(line: Line, heard: Mapping[str, datetime], seen: Details, now: datetime) -> Iterator[Note]:
    edge, lag_s = line.edge, seen.event_loop_lag_s
    if edge is not None:  # who is called by nobody, as visitors, may end when it likes
        last = heard.get(line.name)
        if last is not None and (now - last).total_seconds() > SILENT_AFTER_S:
            yield Note(f"silent since {to_the_second(last)}", "bold red")
        elif edge.kind == "peer":
            yield Note("has answered none" if last else "no telemetry of its own")
        elif _waits(edge) and lag_s.get(edge.caller or "", 0.0) < LATE_S:
            yield Note("wait for a connection", "yellow", WAITING)
    if lag_s.get(line.name, 0.0) >= LATE_S:
        yield Note(f"event loop late: p95 {format_duration(lag_s[line.name])}", "bold red", LATE)
    if line.again and line.calls:
        yield Note("its calls: above")


def _waits(edge: Edge) -> bool:
    return edge.waiting_ratio >= _MOSTLY and edge.p95_s >= _LONG_S


def _cells(line: Line, notes: Sequence[Note]) -> Row:
    edge = line.edge
    plain = line.name == OUTSIDE or (edge is not None and edge.kind == "database")
    name = (one_line(line.name), "dim" if plain else colour(line.name))
    label = Text.assemble((line.guides, "dim"), name, *((f" ({note.text})", note.style) for note in notes))
    if edge is None:
        return [label, "", "", ""]
    calls = f"{edge.calls_per_s:.2f}" if edge.calls_per_s < 1 else f"{edge.calls_per_s:.1f}"
    return [label, calls, _errors(edge.error_ratio), format_duration(edge.p95_s)]


def _errors(ratio: float) -> Text:
    return Text(percent(ratio), style="bold red" if ratio >= _BAD_RATIO else "default" if ratio else "dim")


def _beneath(line: Line, seen: Details) -> Iterator[Row]:
    """What is told of a service where it is first shown: its releases if there are several, and a slow route."""
    if line.again:
        return

    def label(text: str) -> Text:
        return Text(f"{line.indent}{'│ ' if line.calls else '  '}{one_line(text)}", style="dim")

    releases = seen.releases.get(line.name, ())
    for each in releases if len(releases) > 1 else ():
        p95 = "" if each.p95_s is None else format_duration(each.p95_s)
        yield [label(f"release {each.version}"), percent(each.share), _errors(each.error_ratio), p95]
    route = seen.slowest_route.get(line.name)
    if route and line.edge and route.p95_s >= max(_LONG_S, _TIMES_SLOWER * line.edge.p95_s):
        yield [label(f"slowest: {route.name}"), "", "", format_duration(route.p95_s)]
