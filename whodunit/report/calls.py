"""Calls between services before the trouble and during it: how many, how many failed, how long they took."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from whodunit.report.evidence import Evidence
from whodunit.telemetry.answers import Edge, ServiceMap
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window

Ends = tuple[str, str]
"""A caller, and whom it calls."""

VISITORS = "visitors"
SLOWER_BY, LEAST_S, FEWEST = 2.0, 0.02, 10
"""A p95 that has not grown by this factor, and by so many seconds, is as it was; so is one of fewer calls."""


@dataclass(frozen=True)
class Call:
    """One edge, from a caller to whom it calls; numbers of calls are those of each window, None without any before."""

    caller: str
    callee: str
    kind: str
    calls_before: float
    calls: float
    error_ratio_before: float
    error_ratio: float
    p95_before_s: float | None
    p95_s: float | None

    @property
    def fails(self) -> bool:
        """True if a larger share of the calls failed than before."""
        return self.error_ratio > max(0.01, 2 * self.error_ratio_before)

    @property
    def growth(self) -> float:
        """How many times as long the p95 took as before; 1 where that cannot be said."""
        return self.p95_s / self.p95_before_s if self.p95_s and self.p95_before_s else 1.0

    @property
    def is_slower(self) -> bool:
        """True if calls took notably longer than before."""
        more_s = (self.p95_s or 0.0) - (self.p95_before_s or 0.0)
        return min(self.calls_before, self.calls) >= FEWEST and self.growth >= SLOWER_BY and more_s >= LEAST_S

    @property
    def name(self) -> str:
        """Such as `order → payment`."""
        return f"{self.caller} → {self.callee}"


@dataclass(frozen=True)
class Calls:
    """Every edge of both windows, and the evidence of each window."""

    edges: Sequence[Call]
    before: Evidence
    during: Evidence


def calls(telemetry: Telemetry, before: Window, trouble: Window) -> Calls:
    """The calls of both windows, by caller and callee."""
    were, are = telemetry.service_map(before), telemetry.service_map(trouble)
    old, new = _by_ends(were), _by_ends(are)
    edges = [_call(ends, old.get(ends), new.get(ends)) for ends in _from_outside({*old, *new})]
    return Calls(edges, _evidence(were, before), _evidence(are, trouble))


def _from_outside(ends: Set[Ends]) -> list[Ends]:
    """The edges of whoever nobody calls first, then those of whom they call, and so on."""
    callees = {callee for _, callee in ends}
    reached = sorted({caller for caller, _ in ends} - callees)
    for name in reached:  # grows as callees are met
        reached += [callee for caller, callee in sorted(ends) if caller == name and callee not in reached]
    order = {name: number for number, name in enumerate(reached)}
    return sorted(ends, key=lambda each: (order.get(each[0], len(order)), each))


def _by_ends(found: ServiceMap) -> dict[Ends, Edge]:
    return {(edge.caller or VISITORS, edge.callee): edge for edge in found.edges}


def _call(ends: Ends, old: Edge | None, new: Edge | None) -> Call:
    edge = new or old
    return Call(
        *ends,
        kind=edge.kind if edge else "",
        calls_before=old.calls if old else 0.0,
        calls=new.calls if new else 0.0,
        error_ratio_before=old.error_ratio if old else 0.0,
        error_ratio=new.error_ratio if new else 0.0,
        p95_before_s=old.p95_s if old else None,
        p95_s=new.p95_s if new else None,
    )


def _evidence(found: ServiceMap, window: Window) -> Evidence:
    value = f"{len(found.edges)} edges from parent to child"
    return Evidence("Calls between services, as their callers saw them", found.query, window, value)
