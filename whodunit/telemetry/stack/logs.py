"""The port's questions about log records, answered by their store, and by Jaeger where a trace must exist."""

from collections.abc import Sequence
from typing import Protocol

from whodunit.telemetry.answers import LogRecord, Logs, Plot
from whodunit.telemetry.log_volume import Counts, volume
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.stack.jaeger import Jaeger

MOST_JOINED = 100
"""The number of newest records that are followed to their trace."""

MOST_IDS = 1_000


class LogStore(Protocol):
    """Keeps the stack's log records. Each method raises TelemetryError when it cannot answer."""

    def newest(self, query: LogQuery, window: Window, limit: int) -> Sequence[LogRecord]:
        """The newest records that match, newest first; that their traces exist (`joined_to_trace`) is not promised."""
        ...

    def count(self, query: LogQuery, window: Window) -> int:
        """The number of records that match."""
        ...

    def volume(self, query: LogQuery, window: Window, step_s: float) -> tuple[Counts, str]:
        """The number of records by severity and step, and the query in the store's own language."""
        ...

    def question(self, query: LogQuery, window: Window, *notes: str) -> str:
        """The query in the store's own language, the notes as comments before it."""
        ...

    def page(self, query: LogQuery, window: Window) -> str:
        """The address of a page that shows the records; empty when there is none."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class LogLines:
    """Log records; raises TelemetryError."""

    def __init__(self, store: LogStore, jaeger: Jaeger) -> None:
        self._store = store
        self._jaeger = jaeger

    def logs(self, query: LogQuery, window: Window, limit: int) -> Logs:
        """Log records within the window; joined to a trace, at most the newest `MOST_JOINED` are counted."""
        notes, is_cut = [], False
        if query.joined_to_trace:
            notes = [f"of the newest {MOST_JOINED}, those whose trace Jaeger has"]
            newest = self._store.newest(query, window, MOST_JOINED)
            found, is_cut = self._with_traces(newest), len(newest) >= MOST_JOINED
            count = len(found)
        else:
            found = self._store.newest(query, window, limit)
            count = len(found)
            if count >= limit:
                count = self._store.count(query, window)
        question, page = self._store.question(query, window, *notes), self._store.page(query, window)
        return Logs(count, found[:limit][::-1], question, page, is_cut)

    def volume(self, query: LogQuery, window: Window, step_s: float) -> Plot:
        """The number of records per step of time, by severity."""
        counts, question = self._store.volume(query, window, step_s)
        return volume(counts, window, step_s, question, self._store.page(query, window))

    def trace_ids(self, prefix: str, window: Window) -> set[str]:
        """Trace ids in log records that begin so."""
        records = self._store.newest(LogQuery(trace_id=prefix), window, MOST_IDS)
        return {record.trace_id for record in records if record.trace_id}

    def _with_traces(self, records: Sequence[LogRecord]) -> Sequence[LogRecord]:
        there = self._jaeger.existing({record.trace_id for record in records if record.trace_id})
        return [record for record in records if record.trace_id in there]
