"""OTLP log records as rows."""

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from whodunit.store.attributes import Resources, columns, text
from whodunit.store.rows import Batch, LogRow, ResourceRow
from whodunit.store.spans import SPAN_ID_BYTES, TRACE_ID_BYTES
from whodunit.store.times import microseconds, now_us

SEVERITIES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")  # four numbers each, from 1
NAMES_ELSEWHERE = {"WARNING": "WARN", "CRITICAL": "FATAL"}
LAST_SEVERITY_NUMBER = 24


def decode(request: ExportLogsServiceRequest, resources: Resources) -> Batch:
    """Every log record of the request."""
    rows: list[LogRow] = []
    seen: dict[int, ResourceRow] = {}
    for group in request.resource_logs:
        resource = resources.row(group.resource)
        seen[resource.resource_id] = resource
        for scoped in group.scope_logs:
            rows += [_row(record, resource, scoped.scope.name) for record in scoped.log_records]
    return Batch("logs", rows, seen)


def _row(record: LogRecord, resource: ResourceRow, scope: str) -> LogRow:
    return LogRow(
        microseconds(record.time_unix_nano or record.observed_time_unix_nano) or now_us(),
        resource.service,
        _severity(record),
        record.severity_number,
        text(record.body),
        record.event_name,
        *_trace(record),
        *columns(record.attributes),
        scope,
        resource.resource_id,
    )


def _trace(record: LogRecord) -> tuple[str | None, str | None]:
    """Trace and span; OTLP: with an id that cannot be one, a record belongs to none."""
    if len(record.trace_id) != TRACE_ID_BYTES or not any(record.trace_id):
        return None, None
    in_span = len(record.span_id) == SPAN_ID_BYTES and any(record.span_id)
    return record.trace_id.hex(), record.span_id.hex() if in_span else None


def _severity(record: LogRecord) -> str:
    number = record.severity_number
    if 0 < number <= LAST_SEVERITY_NUMBER:
        return SEVERITIES[(number - 1) // 4]
    name = record.severity_text.upper()
    name = NAMES_ELSEWHERE.get(name, name)
    return name if name in SEVERITIES else "INFO"
