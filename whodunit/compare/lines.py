"""What changed in the log lines: patterns that came, went, or are written more or less often."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from whodunit.compare.findings import Finding, Refused
from whodunit.compare.gathering import Query
from whodunit.compare.patterns import PatternChange, changed_patterns
from whodunit.compare.samples import Asked, Subject, of_values, too_few
from whodunit.compare.side import Side
from whodunit.compare.steps import per_step
from whodunit.telemetry.questions import LogQuery


def asked_of_lines(before: Side, after: Side) -> Iterator[Asked | Refused | Query]:
    """One question for each pattern, or its refusal, and the queries; raises TelemetryError."""
    found = changed_patterns(before.telemetry, LogQuery(), before.window, after.window, after.telemetry)
    yield Query(found.query, found.is_all)
    for each in found.changes:
        pattern = each.pattern
        subject = Subject("log", pattern.service, f"{pattern.severity} {pattern.template}", "/s")
        samples = per_step(each.before, before.window), per_step(each.after, after.window)
        if refusal := too_few(subject, *samples):
            yield refusal
        else:
            asked = of_values(subject, *samples, partial(_evidence, each))
            yield replace(asked, finding=partial(_finding, asked, each))


def _evidence(each: PatternChange) -> str:
    return each.pattern.evidence_id


def _finding(asked: Asked, each: PatternChange, q: float | None) -> Finding:
    """Without a number where there are no lines; a new one is first seen by its first line."""
    found = asked.finding(q)
    if each.change == "new":
        return replace(found, before=None, first_seen=each.pattern.first_seen)
    return replace(found, after=None, first_seen=each.before[-1]) if each.change == "gone" else found
