"""Edges and statements of two windows side by side: calls, errors, p95, own time; which came, and which went."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean

from whodunit.compare.gathering import every_span
from whodunit.compare.samples import p95
from whodunit.compare.work import ANSWERING, Call, Work
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import SpanQuery, Window


@dataclass(frozen=True)
class Traffic:
    """The calls of one edge in one window; `own_s` is the mean time that the callee worked itself, without its callees.

    None of a database or a peer without telemetry, whose time is all its own.
    """

    calls_per_s: float
    error_ratio: float
    p95_s: float
    own_s: float | None


@dataclass(frozen=True)
class EdgeChange:
    """One edge in both windows; None where it has no calls."""

    caller: str
    callee: str
    what: str
    is_statement: bool
    before: Traffic | None
    after: Traffic | None


@dataclass(frozen=True)
class EdgeChanges:
    """All edges: those that came, those that went, then the others by the time that they cost more or less."""

    edges: Sequence[EdgeChange]
    query: str


Key = tuple[str, str, str, bool]


def changed_edges(
    telemetry: Telemetry, before: Window, after: Window, service: str | None = None, most: float = inf
) -> EdgeChanges:
    """The edges of both windows, of all or of those with that service at an end.

    Raises TelemetryError, and TooManyError where a window holds more spans than `most`.
    """
    spans = [every_span(telemetry, SpanQuery(), window, most) for window in (before, after)]
    was, now = (_traffic(Work(found.items), window) for found, window in zip(spans, (before, after), strict=True))
    changes = [EdgeChange(*key, was.get(key), now.get(key)) for key in dict.fromkeys((*was, *now))]
    wanted = [each for each in changes if service in {None, each.caller, each.callee}]
    return EdgeChanges(sorted(wanted, key=_order), ";\n\n".join(each.query for each in spans))


def _traffic(work: Work, window: Window) -> Mapping[Key, Traffic]:
    calls: dict[Key, list[Call]] = defaultdict(list)
    for call in work.calls:
        calls[call.caller, call.callee, call.what, call.is_statement].append(call)
    own_s: dict[str, float] = {
        each.span.parent_span_id or "": each.own_s for each in work.operations if each.span.kind in ANSWERING
    }
    return {key: _of_calls(found, own_s, window) for key, found in calls.items()}


def _of_calls(calls: Sequence[Call], own_s: Mapping[str, float], window: Window) -> Traffic:
    durations = [call.span.duration_s for call in calls]
    own = [own_s[call.span.span_id] for call in calls if call.span.span_id in own_s]
    return Traffic(
        len(calls) / window.seconds,
        sum(call.span.status == "error" for call in calls) / len(calls),
        p95(durations) if len(durations) > 1 else durations[0],
        fmean(own) if own else None,
    )


def _order(each: EdgeChange) -> tuple[int, float]:
    if each.before is None or each.after is None:
        return (0 if each.before is None else 1, 0.0)
    return (2, -abs(each.after.p95_s - each.before.p95_s))
