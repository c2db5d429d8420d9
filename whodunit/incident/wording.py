"""Checks, numbers and texts of an incident in words."""

from collections.abc import Sequence

from whodunit.durations import format_duration
from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.check import Check
from whodunit.incident.evidence import AnyCheck, LogCheck, SpanCheck
from whodunit.incident.metric_check import Metric, MetricCheck
from whodunit.incident.model import Scenario
from whodunit.incident.visit_check import VisitCheck

MANY = 10_000
"""From here on a number is written in full: bytes, rows."""


def flowing(text: str) -> str:
    """A text of the file without its line breaks, paragraphs kept."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def sections(scenario: Scenario) -> dict[str, Sequence[AnyCheck]]:
    """The checks of a case by what they are for; those that it has none of are left out."""
    found: dict[str, Sequence[AnyCheck]] = {
        "Steady state": scenario.steady.checks,
        "Expected symptoms": scenario.expect.checks,
        "Marks of the cause": scenario.tells.checks,
        "Healthy throughout": scenario.quiet.checks,
        "Recovery": scenario.recover.checks if scenario.recover else (),
    }
    return {title: checks for title, checks in found.items() if checks}


def what(check: AnyCheck) -> str:
    """The subject of a check, in a few words."""
    if isinstance(check, MetricCheck):
        return number_of(check)
    if isinstance(check, LogCheck):
        return f"{check.severity or 'log'} “{check.body or check.contains or ''}”"
    if isinstance(check, AlertCheck):
        return f"{check.alert or 'any alert'} {check.state}"
    if isinstance(check, VisitCheck):
        return f"{check.figure} of the load generator"
    return _span(check)


def _span(check: SpanCheck) -> str:
    words = [check.service, check.name or check.kind, check.status]
    return "span " + " ".join(word for word in words if word)


def number_of(check: Metric) -> str:
    """The number that a check judges, as `p95 of NAME`."""
    statistic = "share" if check.whole() else check.statistic.value
    return f"{statistic if check.p is None else f'p{check.p:g}'} of {check.name}"


def bounds(check: Check) -> str:
    """The bounds as text, such as `> 10.0s` or `≥ 1, ≤ 2`."""
    in_seconds = isinstance(check, Metric | VisitCheck) and check.in_seconds
    limits = {">": check.above, "<": check.below, "≥": check.lowest, "≤": check.at_most}
    return ", ".join(
        f"{sign} {shown(limit, in_seconds=in_seconds)}" for sign, limit in limits.items() if limit is not None
    )


def shown(value: float, *, in_seconds: bool) -> str:
    """A number for people."""
    if in_seconds:
        return format_duration(value)
    return f"{value:,.0f}" if abs(value) >= MANY else f"{value:.4g}"
