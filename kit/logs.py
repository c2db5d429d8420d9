"""Structured log lines on stdout; the same records go out by OTLP."""

import json
import logging
import sys
from datetime import UTC, datetime

from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

QUIET = (
    "httpx",
    "httpcore",
    "uvicorn.access",
    "alembic",
    "aiosqlite",
    "asyncio",
    "kit.pool",
    "openfeature",
    "purgatory",
    "stamina",
)
"""Libraries that tell at INFO what our own telemetry tells already (httpx with full URLs)."""

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, severity, body, logger, trace and span id, and the record's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "severity": record.levelname,
            "body": record.getMessage(),
            "logger": record.name,
            **_trace_fields(),
            **{key: value for key, value in vars(record).items() if key not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _trace_fields() -> dict[str, str]:
    context = get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {"trace_id": format_trace_id(context.trace_id), "span_id": format_span_id(context.span_id)}


def configure(level: str) -> None:
    """Send log records of `level` and above to stdout."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_fit_to_log)


def _fit_to_log(record: logging.LogRecord) -> bool:
    vars(record).pop("color_message", None)
    # The server tells of an unhandled exception again, after kit.errors did within the request's trace.
    return record.exc_info is None
