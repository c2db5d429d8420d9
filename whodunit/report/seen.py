"""Everything that a report asks of the telemetry, asked once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from whodunit.compare.comparison import compare
from whodunit.compare.findings import Comparison
from whodunit.report.calls import Calls, calls
from whodunit.report.evidence import Evidence
from whodunit.report.failures import Failures, failures
from whodunit.report.objectives import Outside, outside
from whodunit.report.subject import Subject
from whodunit.telemetry.answers import Span
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.topology import LOAD_GENERATOR

ORDERS, STUCK, DROPPED = "shop.order.results", "shop.order.stuck", "shop.telemetry.dropped"
OUTCOME, REASON = "shop.outcome", "error.type"


@dataclass(frozen=True)
class Counted:
    """Orders of a window by how they ended, with the evidence of each number."""

    outcomes: Mapping[str, float]
    evidence: Evidence


@dataclass(frozen=True)
class Level:
    """The most that a gauge or counter reached; None where nothing was recorded."""

    value: float | None
    evidence: Evidence


@dataclass(frozen=True)
class Seen:
    """What the telemetry of one incident shows; `visitor` is the first customer whose request failed, if any did."""

    failures: Failures
    calls: Calls
    objectives: Sequence[Outside]
    orders_before: Counted
    orders: Counted
    stuck: Level
    dropped: Level
    changes: Comparison
    visitor: Evidence | None
    visitor_at: datetime | None


def look(subject: Subject) -> Seen:
    """Ask for all of it; raises TelemetryError."""
    telemetry, trouble = subject.telemetry, subject.trouble
    found = failures(telemetry, trouble)
    first = min((span for span in found.spans if _of_visitor(span)), key=lambda span: span.end, default=None)
    return Seen(
        failures=found,
        calls=calls(telemetry, subject.before, trouble),
        objectives=outside(telemetry, subject.whole) if subject.objectives is None else subject.objectives,
        orders_before=_orders(telemetry, subject.before),
        orders=_orders(telemetry, trouble),
        stuck=_number(
            telemetry, MetricQuery(STUCK, Statistic.MAX), subject.whole, "The most orders left in processing"
        ),
        dropped=_number(telemetry, MetricQuery(DROPPED, Statistic.INCREASE), subject.whole, "Telemetry that was lost"),
        changes=compare(telemetry, subject.before, trouble),
        visitor=_first_of(found, first, trouble) if first else None,
        visitor_at=first.end if first else None,
    )


def _first_of(found: Failures, span: Span, trouble: Window) -> Evidence:
    return Evidence("The first failed span of a visitor", found.evidence.query, trouble, span.name, span.trace_id)


def _of_visitor(span: Span) -> bool:
    return span.service == LOAD_GENERATOR and span.kind == "client"


def _orders(telemetry: Telemetry, window: Window) -> Counted:
    query = MetricQuery(ORDERS, Statistic.INCREASE)
    plot = telemetry.plot(query, window, max(1.0, window.seconds), (OUTCOME, REASON))
    found: dict[str, float] = {}
    for series in plot.series:
        reason = series.attributes.get(REASON)
        name = series.attributes.get(OUTCOME, "") + (f" ({reason})" if reason else "")
        found[name] = found.get(name, 0.0) + sum(value or 0.0 for value in series.values)
    outcomes = {name: found[name] for name in sorted(found) if found[name]}
    said = ", ".join(f"{count:g} {name}" for name, count in outcomes.items()) or "none"
    return Counted(outcomes, Evidence("Orders by how they ended", plot.query, window, said))


def _number(telemetry: Telemetry, query: MetricQuery, window: Window, asked: str) -> Level:
    number = telemetry.number(query, window)
    said = "nothing recorded" if number.value is None else f"{number.value:g}"
    return Level(number.value, Evidence(asked, number.query, window, said, next(iter(number.exemplars), "")))
