"""Detection: the first deviation, the first customer, alerts, calls and the complaint, and how long each took."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from whodunit.blocks import Block, Heading, Table
from whodunit.durations import format_duration
from whodunit.pager import pages
from whodunit.report.changes import evidence_of, first_of, named
from whodunit.report.evidence import Docket, Evidence, clock
from whodunit.report.seen import Seen
from whodunit.report.subject import Fired, Subject
from whodunit.telemetry.windows import EXPORTED_EVERY_S

UNKNOWN = "unknown"
STEP = timedelta(seconds=EXPORTED_EVERY_S)


@dataclass(frozen=True)
class Step:
    """One way in which the trouble was noticed; `time` is None where it is not known, and `why` says why."""

    name: str
    time: datetime | None
    why: str
    evidence: Evidence | None = None


def detection(subject: Subject, steps: Sequence[Step], docket: Docket) -> Iterator[Block]:
    """The section."""
    onset = subject.trouble.start
    began = "was known" if subject.is_onset_known else "is taken to be the first deviation"
    yield Heading("Detection")
    yield f"The onset, {clock(onset)}, {began}. Everything else counts from it."
    yield Table(
        ("", "time (UTC)", "after", "how it is known", ""),
        [
            (
                step.name,
                clock(step.time) if step.time else UNKNOWN,
                format_duration((step.time - onset).total_seconds()) if step.time else UNKNOWN,
                step.why,
                docket.cite(step.evidence) if step.evidence else "",
            )
            for step in steps
        ],
    )


def steps_of(subject: Subject, seen: Seen) -> list[Step]:
    """All of them, in the order in which a well-watched shop has them."""
    return [
        _deviation(subject, seen),
        _customer(subject, seen),
        *_alerts(subject),
        *_calls(subject),
        _complaint(subject),
    ]


Noticed = tuple[datetime, str, Evidence]


def _deviation(subject: Subject, seen: Seen) -> Step:
    """The first change, failed span, or step outside of an objective, at or after the onset."""
    found = _missed(subject, seen)
    if change := first_of(subject, seen.changes):
        time = change.first_seen or subject.trouble.start
        found.append((time, named(change), evidence_of(subject, seen.changes, change)))
    if seen.failures.origins:
        first = min((origin.example for origin in seen.failures.origins), key=lambda span: span.end)
        found.append((first.end, f"{first.service} {first.name} fails", seen.failures.evidence))
    return _first("first deviation", found, "no span failed, and no objective was missed")


def _customer(subject: Subject, seen: Seen) -> Step:
    """The first request of a visitor that failed, or the first step outside of an objective: all are of customers."""
    found = _missed(subject, seen)
    if seen.visitor and seen.visitor_at:
        found.append((seen.visitor_at, f"{seen.visitor.value} fails", seen.visitor))
    return _first("first customer", found, "no request of a visitor failed, and no objective was missed")


def _missed(subject: Subject, seen: Seen) -> list[Noticed]:
    """The first step since the onset in which each was missed: it is known at its end."""
    onset = subject.trouble.start
    return [
        (step + STEP, f"“{each.slo.title}” is missed", each.evidence)
        for each in seen.objectives
        for step in [step for step in each.missed if step + STEP > onset][:1]
    ]


def _first(name: str, found: list[Noticed], otherwise: str) -> Step:
    if not found:
        return Step(name, None, otherwise)
    time, why, evidence = min(found, key=lambda each: each[0])
    return Step(name, time, why, evidence)


def _alerts(subject: Subject) -> Iterator[Step]:
    if not subject.alerts:
        yield Step("alert", None, "none fired")
    for alert in subject.alerts:
        severity = f" ({alert.severity})" if alert.severity else ""
        yield Step(f"alert: condition of {alert.name}", alert.since, alert.summary, alert.evidence)
        yield Step(
            f"alert: {alert.name}{severity} fires", alert.fired, "its condition held long enough", alert.evidence
        )


def _calls(subject: Subject) -> Iterator[Step]:
    if subject.calls is None:
        woken = [f"{alert.name} wakes {team}" for alert in subject.alerts if (team := _team(alert))]
        yield Step("page", None, f"a recording has no pager; {', '.join(woken) or 'no alert that fired wakes anybody'}")
    for call in subject.calls or ():
        yield Step(f"page: {call.wakes}", call.called, f"called about {call.alert}", _paged(call.alert))
        acknowledged = "acknowledged" if call.acknowledged else "nobody acknowledged"
        yield Step(f"page: {call.wakes}", call.acknowledged, acknowledged, _paged(call.alert))
    if subject.calls is not None and not subject.calls:
        yield Step("page", None, "nobody was called", _paged("no alert"))


def _team(alert: Fired) -> str | None:
    return pages.woken(pages.Fired(name=alert.name, service=alert.service, severity=alert.severity))


def _paged(alert: str) -> Evidence:
    return Evidence("Whom alerts have called", "whodunit page", None, alert)


def _complaint(subject: Subject) -> Step:
    said = f"“{subject.complaint}”" if subject.complaint else "none is known"
    return Step("complaint", None, f"{said}; its time was not kept" if subject.complaint else said)
