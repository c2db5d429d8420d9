"""The stack's log records that the store keeps, in Loki's place."""

from collections.abc import Sequence
from typing import Any

from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.log_volume import Counts
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.store import decoded, logs
from whodunit.telemetry.store.client import StoreClient
from whodunit.telemetry.store.sql import Sql

SHOWN = 5


class StoredLogs:
    """Implements `LogStore` by SQL; the Collector hands the store spans as well, so it knows traces by itself."""

    def __init__(self, client: StoreClient) -> None:
        self._client = client

    @classmethod
    def at(cls, url: str) -> "StoredLogs":
        """The store that listens at `url`."""
        return cls(StoreClient(url))

    def newest(self, query: LogQuery, window: Window, limit: int) -> Sequence[LogRecord]:
        rows = self._rows(logs.listed(query, window, limit))
        return [decoded.log_record(row) for row in rows]

    def count(self, query: LogQuery, window: Window) -> int:
        return int(self._rows(logs.counted(query, window))[0]["n"])

    def volume(self, query: LogQuery, window: Window, step_s: float) -> tuple[Counts, str]:
        statement = logs.volume(query, window, step_s)
        return logs.counts(self._rows(statement)), str(statement)

    def question(self, query: LogQuery, window: Window, *notes: str) -> str:
        return "\n".join([*(f"-- {note}" for note in notes), str(logs.listed(query, window, SHOWN))])

    def page(self, query: LogQuery, window: Window) -> str:  # noqa: ARG002  the form of `LogStore`
        """None: Grafana cannot ask the store."""
        return ""

    def close(self) -> None:
        self._client.close()

    def _rows(self, statement: Sql) -> list[dict[str, Any]]:
        return self._client.sql(statement.text, statement.parameters).as_dicts()
