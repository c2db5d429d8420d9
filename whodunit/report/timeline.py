"""The timeline: everything whose time is known, as a table and as a diagram."""

from collections.abc import Iterator, Sequence

from whodunit.blocks import Block, Diagram, Heading, Table
from whodunit.report import drawings, mermaid
from whodunit.report.changes import evidence_of, first_of, named
from whodunit.report.detection import STEP, Step
from whodunit.report.evidence import Docket, Evidence, clock
from whodunit.report.seen import Seen
from whodunit.report.subject import Moment, Subject

MOST_CHANGES, MOST_EVENTS = 5, 4


def timeline(subject: Subject, seen: Seen, steps: Sequence[Step], docket: Docket) -> Iterator[Block]:
    """The section."""
    moments = sorted(_moments(subject, seen, steps), key=lambda each: each.time)
    yield Heading("Timeline")
    yield Diagram(
        "Timeline", _text(subject, moments), drawings.strip("Timeline", [(each.time, each.what) for each in moments])
    )
    yield Table(
        ("time (UTC)", "what", ""),
        [(clock(each.time), each.what, docket.cite(each.evidence) if each.evidence else "") for each in moments],
    )


def _text(subject: Subject, moments: Sequence[Moment]) -> str:
    by_time: dict[str, list[str]] = {}
    for moment in moments:
        by_time.setdefault(clock(moment.time), []).append(moment.what)
    return mermaid.timeline(subject.title, [(time, _few(events)) for time, events in by_time.items()])


def _few(events: Sequence[str]) -> Sequence[str]:
    """The first ones: a column of a diagram has no room for more."""
    more = len(events) - MOST_EVENTS
    return [*events[:MOST_EVENTS], f"and {more} more"] if more > 0 else events


def _moments(subject: Subject, seen: Seen, steps: Sequence[Step]) -> Iterator[Moment]:
    yield Moment(subject.whole.start, "the time reported begins")
    yield from subject.switched
    for step in steps:
        if step.time:
            what = step.name if step.name.startswith("alert") else f"{step.name}: {step.why}"
            yield Moment(step.time, what, step.evidence)
    yield from _changes(subject, seen)
    yield from _endings(subject, seen)
    yield Moment(subject.whole.end, "the time reported ends")


def _changes(subject: Subject, seen: Seen) -> Iterator[Moment]:
    """The changes nearest to a cause; the first deviation stands there already."""
    first = first_of(subject, seen.changes)
    for change in seen.changes.findings[:MOST_CHANGES]:
        if change.first_seen and change is not first:
            yield Moment(change.first_seen, f"change: {named(change)}", evidence_of(subject, seen.changes, change))


def _endings(subject: Subject, seen: Seen) -> Iterator[Moment]:
    for each in seen.objectives:
        if each.missed:
            yield Moment(each.missed[-1] + STEP, f"“{each.slo.title}” is missed for the last time", each.evidence)
    for alert in subject.alerts:
        if alert.ended:
            yield Moment(alert.ended, f"alert: {alert.name} is over", alert.evidence)
    for tried in subject.tried:
        evidence = Evidence("What was tried, and what came of it", "", None, tried.outcome)
        yield Moment(tried.time, f"mitigation: {tried.what}", evidence)
    if subject.recovered:
        yield Moment(subject.recovered.time, "recovered: all is well again", subject.recovered.checks[-1].evidence)
