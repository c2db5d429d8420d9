"""Who calls whom as a drawing: columns by distance from the customer, and each call as a row of who is called.

Places follow from the shop's topology and the names of what is seen, never from figures: the drawing stands still while
they move. A service's database is a row of the service, since nobody else has it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from whodunit.telemetry.answers import Edge, ServiceMap
from whodunit.topology import BY_NAME, SERVICES, WITH_NODES, place_of
from whodunit.views.service_map import SILENT_AFTER_S

BOX, GAP, MARGIN = 238, 48, 8
HEAD, ROW, SPACE = 26, 18, 18
WRONG_RATIO = 0.01
VISITORS = "visitors"


@dataclass(frozen=True)
class Call:
    """A row of a box: one caller, or the service's own database; `edge` is None where nothing was called."""

    label: str
    edge: Edge | None
    y: float

    @property
    def is_wrong(self) -> bool:
        """True if one call in a hundred fails."""
        return self.edge is not None and self.edge.error_ratio >= WRONG_RATIO


@dataclass(frozen=True)
class Box:
    """A service or peer at its place, with a row for each of its callers."""

    name: str
    x: float
    y: float
    height: float
    calls: Sequence[Call]
    is_peer: bool
    silent_since: datetime | None


@dataclass(frozen=True)
class Path:
    """The line of a call from box to box."""

    d: str
    is_wrong: bool
    is_used: bool


@dataclass(frozen=True)
class Drawing:
    """The whole map and its size."""

    boxes: Sequence[Box]
    paths: Sequence[Path]
    width: float
    height: float


def drawing(found: ServiceMap, now: datetime) -> Drawing:
    """The map of what was seen and of what the shop is made of; empty when nothing was called."""
    edges = [edge for edge in found.edges if edge.kind != "database"]
    databases = {edge.caller: edge for edge in found.edges if edge.kind == "database"}
    if not edges:
        return Drawing((), (), 0, 0)
    callers = _callers(edges)
    boxes: dict[str, Box] = {}
    columns = _columns(callers)
    for column, names in enumerate(columns):
        y = float(MARGIN)
        for name in names:
            box = _box(name, column, y, callers[name], databases.get(name), found, now)
            boxes[name] = box
            y += box.height + SPACE
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    width = 2 * MARGIN + len(columns) * (BOX + GAP) - GAP
    return Drawing(list(boxes.values()), list(_paths(boxes)), width, height)


def _callers(edges: Sequence[Edge]) -> dict[str, dict[str, Edge | None]]:
    """By callee its callers in a fixed order, those of the topology included whether or not they called."""
    seen = {(edge.caller, edge.callee): edge for edge in edges}
    called = {callee for _, callee in seen} | set(BY_NAME)
    callers: dict[str, dict[str, Edge | None]] = {name: {} for name in called}
    for service in SERVICES:
        for peer in service.peers:
            callers[peer][service.name] = seen.get((service.name, peer))
    for (caller, callee), edge in sorted(seen.items(), key=lambda each: (each[0][0] or "", each[0][1])):
        callers[callee][caller if caller in called else caller or VISITORS] = edge
    return callers


def _columns(callers: Mapping[str, Mapping[str, Edge | None]]) -> list[list[str]]:
    """The names by their longest way from a service that no other calls, then in the order of who calls them."""
    depth: dict[str, int] = {}

    def of(name: str, on_the_way: frozenset[str]) -> int:
        if name not in depth:
            above = [each for each in callers[name] if each in callers and each not in on_the_way]
            depth[name] = max((of(each, on_the_way | {name}) + 1 for each in above), default=0)
        return depth[name]

    columns: dict[int, list[str]] = defaultdict(list)
    for name in sorted(callers, key=place_of):
        columns[of(name, frozenset({name}))].append(name)
    placed: dict[str, float] = {}
    for number in sorted(columns):
        columns[number].sort(key=lambda name: (_middle(callers[name], placed), place_of(name)))
        placed |= {name: place / len(columns[number]) for place, name in enumerate(columns[number])}
    return [columns[number] for number in sorted(columns)]


def _middle(callers: Mapping[str, Edge | None], placed: Mapping[str, float]) -> float:
    """The mean height of those who call it."""
    heights = [placed[name] for name in callers if name in placed]
    return sum(heights) / len(heights) if heights else 0.0


def _box(
    name: str,
    column: int,
    y: float,
    callers: Mapping[str, Edge | None],
    database: Edge | None,
    found: ServiceMap,
    now: datetime,
) -> Box:
    rows: list[tuple[str, Edge | None]] = [*callers.items(), *([("its database", database)] if database else [])]
    calls = [Call(label, edge, y + HEAD + ROW * number + ROW / 2) for number, (label, edge) in enumerate(rows)]
    last = found.heard.get(name)
    is_silent = last is not None and (now - last).total_seconds() > SILENT_AFTER_S
    height = HEAD + ROW * len(calls) + 6
    is_peer = name not in WITH_NODES or WITH_NODES[name].is_external
    return Box(name, MARGIN + column * (BOX + GAP), y, height, calls, is_peer, last if is_silent else None)


def _paths(boxes: Mapping[str, Box]) -> Iterator[Path]:
    for box in boxes.values():
        for call in box.calls:
            if (caller := boxes.get(call.label)) and caller is not box:
                yield Path(_curve(caller, box.x, call.y), call.is_wrong, call.edge is not None)


def _curve(caller: Box, x: float, y: float) -> str:
    """From the caller's head to the row."""
    from_x, from_y = caller.x + BOX, caller.y + HEAD / 2
    bend = max(30.0, min(90.0, (x - from_x) / 2))
    return f"M{from_x:g} {from_y:g}C{from_x + bend:g} {from_y:g} {x - bend:g} {y:g} {x:g} {y:g}"
