"""Evidence ids: the text of a citation, as an answer of a mystery takes it, and as `evidence://` looks it up."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from whodunit.errors import WrongUseError
from whodunit.mystery.citing import HOW, cited
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.citation import Citation, LogCitation, MetricCitation, SpanCitation
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, MetricQuery, Window

SCHEME = "evidence://"

_LONGEST_PART = 80
"""Characters of a log line that its id repeats: the grader looks for a part of a line."""

_SHORTEST_PART = 3
_CITATION: TypeAdapter[Citation] = TypeAdapter(Citation)
_LINES = 5
_ALMOST_A_SECOND = timedelta(microseconds=999_999)


def of_metric(query: MetricQuery, window: Window) -> str | None:
    """The id of a number, its window with its date; None where it cannot be cited, such as in less than 10 s."""
    start, end = _second(window.start), _second(window.end + _ALMOST_A_SECOND)
    citation = MetricCitation.of(query, Window(start, end))
    return None if citation is None else f"metric {citation.number} {start:%FT%TZ}..{end:%FT%TZ}"


def of_span(span: Span) -> str:
    """The id of a span."""
    return str(SpanCitation(trace=span.trace_id, span=span.span_id))


def of_line(record: LogRecord) -> str | None:
    """The id of a log line; None where it belongs to no trace."""
    return of_text(record.body, record.trace_id)


def of_text(body: str, trace_id: str | None) -> str | None:
    """The id of a line with that text in a trace; None where it belongs to none."""
    said = body.strip().split("\n", 1)[0][:_LONGEST_PART].strip()
    if not trace_id or len(said) < _SHORTEST_PART:
        return None
    return str(LogCitation(log=said, trace=trace_id))


def dated(evidence_id: str) -> str | None:
    """The same id, the window of a number with its date; None for none."""
    if not evidence_id:
        return None
    citation = read(evidence_id)
    return of_metric(citation.query, citation.time) if isinstance(citation, MetricCitation) else evidence_id


def read(evidence_id: str) -> Citation:
    """The citation in an id; raises WrongUseError with the forms."""
    try:
        return _CITATION.validate_python(cited(evidence_id))
    except ValidationError as error:
        wrong = "; ".join(each["msg"] for each in error.errors())
        raise WrongUseError(f"{evidence_id!r} is no evidence: {wrong}.", HOW) from error


def looked_up(evidence_id: str, telemetry: Telemetry, within: Window) -> dict[str, Any]:
    """Shows what an id refers to; a log line is looked for `within`. Raises WrongUseError and TelemetryError."""
    citation = read(evidence_id)
    if isinstance(citation, MetricCitation):
        number = telemetry.number(citation.query, citation.time)
        found: object = {"value": number.value, "points": number.points, "trace_ids": list(number.exemplars)}
        return {"evidence_id": evidence_id, "found": found, "query": number.query}
    if isinstance(citation, SpanCitation):
        trace = telemetry.trace(citation.trace)
        spans = [span for span in trace.sample if span.span_id.startswith(citation.span.lower())]
        return {"evidence_id": evidence_id, "found": spans[:1], "query": trace.query}
    logs = telemetry.logs(LogQuery(trace_id=citation.trace, body_contains=citation.log), within, _LINES)
    return {"evidence_id": evidence_id, "found": list(logs.sample), "query": logs.query}


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
