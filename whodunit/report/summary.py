"""The gist of a report: what was felt, where it began, how it was noticed, why, and how it ended."""

from collections.abc import Iterator

from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.report.cause import Verdict
from whodunit.report.evidence import Docket, clock
from whodunit.report.impact import visitors
from whodunit.report.propagation import crossings
from whodunit.report.seen import Seen
from whodunit.report.subject import Subject


def summary_of(subject: Subject, seen: Seen, found: Verdict, docket: Docket) -> Iterator[str]:
    """A paragraph for each question."""
    yield f"**What customers had of it.** {' '.join(_felt(seen, docket))}"
    yield f"**Where it began.** {' '.join(_began(seen, docket))}"
    yield f"**How it was noticed.** {_noticed(subject, docket)}"
    yield f"**Why.** The cause is {found.status}: {found.said}. {found.marks(docket)}".rstrip()
    if subject.recovered:
        last = subject.recovered.checks[-1].evidence
        yield f"**How it ended.** All was well again at {clock(subject.recovered.time)}. {docket.cite(last)}"
    else:
        yield "**How it ended.** That is not seen within the time reported."


def _felt(seen: Seen, docket: Docket) -> Iterator[str]:
    if edge := visitors(seen):
        failed = round(edge.calls * edge.error_ratio)
        p95, was = (format_duration(each or 0.0) for each in (edge.p95_s, edge.p95_before_s))
        yield (
            f"Of {counted(round(edge.calls), 'request')} by visitors {failed} failed, and 95 % were answered "
            f"within {p95} (before: {was}). {docket.cite(seen.calls.during)} {docket.cite(seen.calls.before)}"
        )
    missed = [each for each in seen.objectives if each.missed]
    for each in missed:
        yield f"“{each.slo.title}” was missed for {format_duration(each.seconds)}. {docket.cite(each.evidence)}"
    if not missed:
        yield "No objective was missed."


def _began(seen: Seen, docket: Docket) -> Iterator[str]:
    found = seen.failures
    if found.origins:
        first, total = found.origins[0], sum(each.count for each in found.origins)
        reached = sorted({parent[0] for _, parent, _ in crossings(found)} - {first.service})
        on = f" Failures were passed on to {', '.join(reached)}." if reached else ""
        yield (
            f"{first.count} of {counted(total, 'failure')} begin in {first.service}, `{first.name}`: "
            f"“{first.message}”.{on} {docket.cite(found.evidence)}"
        )
    else:
        yield f"No span failed. {docket.cite(found.evidence)}"
    if slower := [edge for edge in seen.calls.edges if edge.is_slower]:
        most = max(slower, key=lambda edge: (edge.growth, edge.name))
        p95, was = (format_duration(each or 0.0) for each in (most.p95_s, most.p95_before_s))
        mark = docket.cite(seen.calls.during)
        yield f"The calls that slowed down most: {most.name}, p95 {p95} (before: {was}). {mark}"


def _noticed(subject: Subject, docket: Docket) -> str:
    if not subject.alerts:
        return "No alert fired."
    first = min(subject.alerts, key=lambda alert: (alert.fired, alert.name))
    after = format_duration((first.fired - subject.trouble.start).total_seconds())
    return f"The first alert, {first.name}, fired {after} after the onset. {docket.cite(first.evidence)}"
