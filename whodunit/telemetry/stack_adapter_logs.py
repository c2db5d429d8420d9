"""The port's questions about log records, answered by Loki, and by Jaeger where a trace must exist."""

from collections.abc import Sequence
from datetime import UTC

from whodunit.telemetry import stack_adapter_logql as logql
from whodunit.telemetry.answers import LogRecord, Logs
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.stack_adapter_jaeger import Jaeger
from whodunit.telemetry.stack_adapter_links import Links
from whodunit.telemetry.stack_adapter_loki import Loki

MOST_JOINED = 100
"""How many of the newest records are followed to their trace."""


class LogLines:
    """Log records; raises TelemetryError."""

    def __init__(self, loki: Loki, jaeger: Jaeger, links: Links) -> None:
        self._loki = loki
        self._jaeger = jaeger
        self._links = links

    def logs(self, query: LogQuery, window: Window, limit: int) -> Logs:
        """See `Telemetry`; of records joined to a trace, `MOST_JOINED` of the newest are counted at most."""
        pipeline = logql.pipeline(query)
        if query.joined_to_trace:
            found = self._with_traces(self._loki.newest(pipeline, window, MOST_JOINED))
            count = len(found)
        else:
            found = self._loki.newest(pipeline, window, limit)
            count = len(found)
            if count >= limit:
                count = self._loki.count(logql.counted(pipeline, window.seconds), window)
        sample = found[:limit][::-1]
        return Logs(count, sample, _explained(query, pipeline, window), self._links.logs(pipeline, window))

    def trace_ids(self, prefix: str, window: Window) -> set[str]:
        """Trace ids in log records that begin so."""
        records = self._loki.newest(logql.of_traces(prefix), window, 1_000)
        return {record.trace_id for record in records if record.trace_id}

    def _with_traces(self, records: Sequence[LogRecord]) -> list[LogRecord]:
        there = self._jaeger.existing({record.trace_id for record in records if record.trace_id})
        return [record for record in records if record.trace_id in there]


def _explained(query: LogQuery, pipeline: str, window: Window) -> str:
    start, end = (moment.astimezone(UTC).isoformat(timespec="milliseconds") for moment in (window.start, window.end))
    joined = [f"# of the newest {MOST_JOINED}, those whose trace Jaeger has"] if query.joined_to_trace else []
    return "\n".join([f"# from {start} to {end}", *joined, pipeline])
