"""Checks and texts of an incident in words."""

from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.evidence import AnyCheck, LogCheck, SpanCheck
from whodunit.incident.metric_check import MetricCheck
from whodunit.incident.visit_check import VisitCheck


def flowing(text: str) -> str:
    """A text of the file without its line breaks, paragraphs kept."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def what(check: AnyCheck) -> str:
    """The subject of a check, in a few words."""
    if isinstance(check, MetricCheck):
        number = f"p{check.p:g}" if check.p is not None else check.statistic.value
        return f"{number} of {check.name}"
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
