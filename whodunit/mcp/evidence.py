"""Evidence ids: the text of a citation, as an answer of a mystery takes it, and as `evidence://` looks it up."""

from typing import Any

from whodunit.mystery.citing import read
from whodunit.telemetry.citation import MetricCitation, SpanCitation
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, Window

SCHEME = "evidence://"

_LINES = 5


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
