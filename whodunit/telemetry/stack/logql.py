"""Log queries in LogQL: the service is an index label, the body is the line, all else is structured metadata."""

from whodunit.telemetry.prometheus_names import label_name
from whodunit.telemetry.promql import literally, quoted
from whodunit.telemetry.questions import SEVERITIES, LogQuery

TRACE_ID_DIGITS = 32
NUMBERS_EACH = 4
"""Severity numbers of one level; programs spell the levels (`severity_text`) as they like."""


def pipeline(query: LogQuery) -> str:
    """The lines that match; Jaeger must tell if their traces exist (`joined_to_trace`)."""
    service = f"service_name={quoted(query.service)}" if query.service else 'service_name=~".+"'
    return " ".join([f"{{{service}}}", *_lines(query), *(f"| {condition}" for condition in _conditions(query))])


def counted(pipeline: str, seconds: float) -> str:
    """The number of lines that match within the `seconds` before the moment of asking."""
    return f"sum(count_over_time({pipeline} [{max(1, round(seconds * 1000))}ms]))"


def counted_by_severity(pipeline: str, step_s: float) -> str:
    """The number of lines of each severity number within the `step_s` before each moment of a range."""
    return f"sum by (severity_number) (count_over_time({pipeline} [{max(1, round(step_s * 1000))}ms]))"


def _lines(query: LogQuery) -> list[str]:
    filters = []
    if query.body is not None:
        # The first is quick and finds nearly the same; the second says that there is nothing around it.
        filters += [f"|= {quoted(query.body)}", f"|~ {quoted(f'^{literally(query.body)}$')}"]
    if query.body_contains is not None:
        filters.append(f"|~ {quoted(f'(?i){literally(query.body_contains)}')}")
    return filters


def _conditions(query: LogQuery) -> list[str]:
    conditions = [f"{label_name(key)}={quoted(value)}" for key, value in query.where.items()]
    if query.severity is not None:
        least = SEVERITIES[query.severity]
        conditions += [f"severity_number>={least}", f"severity_number<{least + NUMBERS_EACH}"]
    if query.least_severity is not None:
        conditions.append(f"severity_number>={SEVERITIES[query.least_severity]}")
    if query.trace_id is not None:
        conditions.append(_trace(query.trace_id))
    elif query.joined_to_trace:
        conditions.append('trace_id!=""')
    return conditions


def _trace(prefix: str) -> str:
    digits = literally(prefix.lower())
    if len(digits) == TRACE_ID_DIGITS:
        return f"trace_id={quoted(digits)}"
    return f"trace_id=~{quoted(digits + '.*')}"
