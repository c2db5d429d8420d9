"""The timeline: everything whose time is known, as a table and as a diagram."""

from collections.abc import Iterator, Sequence

from whodunit.blocks import Block, Diagram, Heading, Table
from whodunit.report import drawings, mermaid
from whodunit.report.detection import Step
from whodunit.report.evidence import Docket, Evidence, clock
from whodunit.report.seen import Seen
from whodunit.report.subject import Moment, Subject


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
    return mermaid.timeline(subject.title, list(by_time.items()))


def _moments(subject: Subject, seen: Seen, steps: Sequence[Step]) -> Iterator[Moment]:
    yield Moment(subject.whole.start, "the time reported begins")
    yield from subject.switched
    for step in steps:
        if step.time:
            what = step.name if step.name.startswith("alert") else f"{step.name}: {step.why}"
            yield Moment(step.time, what, step.evidence)
    for each in seen.objectives:
        if each.missed:
            yield Moment(each.missed[-1], f"“{each.slo.title}” is missed for the last time", each.evidence)
    for alert in subject.alerts:
        if alert.ended:
            yield Moment(alert.ended, f"alert: {alert.name} is over", alert.evidence)
    for tried in subject.tried:
        yield Moment(tried.time, f"mitigation: {tried.what}", Evidence("What was tried", "result", None, tried.outcome))
    if subject.recovered:
        evidence = subject.recovered.checks[-1].evidence if subject.recovered.checks else None
        yield Moment(subject.recovered.time, "recovered: all is well again", evidence)
    yield Moment(subject.whole.end, "the time reported ends")
