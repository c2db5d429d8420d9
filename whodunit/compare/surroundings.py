"""What changed around the work: releases and the load."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from whodunit.compare.findings import Finding, Refused
from whodunit.compare.pair import Pair
from whodunit.compare.samples import Asked, Subject, of_values, too_few
from whodunit.compare.steps import per_step
from whodunit.compare.work import Work
from whodunit.telemetry.answers import Span
from whodunit.telemetry.citation import evidence_of_span
from whodunit.telemetry.questions import Window
from whodunit.topology import LOAD_GENERATOR

RELEASED = 0.5
"""The blame of a service whose release changed: as if half of what got worse were its own."""

Releases = Mapping[str, Sequence[str]]


def asked_of_releases(pair: Pair, before: Releases, after: Releases) -> Iterator[Asked]:
    """One finding, which needs no test, for each service with a new release, or of which another one does the work.

    A window seldom ends in the second of a deployment: the new release may have begun in the first one.
    """
    for service in sorted(before.keys() & after.keys()):
        new = set(after[service]) - set(before[service]) or _taken_over(pair, service)
        if new:
            of_new = (span for work in (pair.before, pair.after) for span in work.spans if span.release in new)
            first = next((span for span in of_new if span.service == service), None)
            yield _other_release(service, before[service], after[service], first)


def _taken_over(pair: Pair, service: str) -> set[str]:
    """The release with most of the spans after, if it is not the one with most of them before."""
    most = [
        Counter(span.release for span in work.spans if span.service == service).most_common(1)
        for work in (pair.before, pair.after)
    ]
    (was, now) = ({release for release, _ in each} for each in most)
    return now - was if was else set()


def _other_release(service: str, before: Sequence[str], after: Sequence[str], first: Span | None) -> Asked:
    def finding(q: float | None) -> Finding:
        seen, evidence = (first.start, evidence_of_span(first)) if first else (None, "")
        return Finding("release", service, "release", ", ".join(before), ", ".join(after), 1.0, q, seen, evidence)

    return Asked(None, True, finding, ("release", service), lambda: {service: RELEASED})


def asked_of_load(pair: Pair, before: Window, after: Window) -> Asked | Refused:
    """Do as many requests enter as before?"""
    subject = Subject("load", LOAD_GENERATOR, "requests that enter", "/s")
    samples = per_step(_starts(pair.before), before), per_step(_starts(pair.after), after)
    first = pair.after.entries[0] if pair.after.entries else None
    return too_few(subject, *samples) or of_values(subject, *samples, lambda: evidence_of_span(first) if first else "")


def _starts(work: Work) -> Sequence[datetime]:
    return [span.start for span in work.entries]
