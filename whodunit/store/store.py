"""The store without its HTTP interface: rows in, answers out."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from whodunit.store import schema
from whodunit.store.database import Database
from whodunit.store.export import Exporter, Stretch
from whodunit.store.inbox import Inbox
from whodunit.store.opening import exports_of
from whodunit.store.reader import Answer, Reader
from whodunit.store.retention import Retention
from whodunit.store.rows import Batch
from whodunit.store.settings import StoreSettings
from whodunit.store.times import now_us
from whodunit.store.writer import Writer


class Store:
    """One file, the thread that writes it and the readers' cursors."""

    def __init__(
        self,
        settings: StoreSettings,
        on_failure: Callable[[], None] = lambda: None,
        inbox: Inbox | None = None,
    ) -> None:
        """Open the file; raises what `Database.open` does. `on_failure` is called when the database cannot go on."""
        self._retention = Retention(settings.store_max_age_s, settings.store_max_bytes)
        self._database = Database.open(settings.store_file)
        self._inbox = inbox or Inbox()
        self._writer = Writer(
            self._database, self._inbox, chore=lambda: self._retention.enforce(self._database), on_failure=on_failure
        )
        self._reader = Reader(self._database.cursor)
        self._exporter = Exporter(self._database.cursor, exports_of(settings.store_file))
        self._left_out = 0
        self._started = time.monotonic()

    def start(self) -> None:
        """Begin to write."""
        self._writer.start()

    def stop(self) -> None:
        """Write the rows that wait, fold the log into the file, and close it."""
        self._writer.stop()
        self._database.close()

    @property
    def ready(self) -> bool:
        """True while rows are being taken and written."""
        return self._writer.alive and not self._inbox.closed and self.write_error is None

    @property
    def write_error(self) -> str | None:
        """The reason why the last rows could not be written; None once others are."""
        return self._writer.write_error

    def timely(self, batch: Batch) -> Batch:
        """The batch without rows that are too old to be kept; `ahead` counts those in the future."""
        return self._retention.timely(batch, now_us())

    def put(self, batch: Batch) -> "Future[None]":
        """Store rows; the future ends when they are committed. Raises `inbox.InboxFull`."""
        stored = self._inbox.put(batch)
        self._left_out += batch.rejected.total()
        return stored

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> Answer:
        """The answer to one read-only statement. Raises `reader.Refused`."""
        return self._reader.run(sql, parameters)

    def export(self, table: schema.Table, stretch: Stretch) -> bytes:
        """The rows of `table` in a stretch of time, as a Parquet file. Raises `duckdb.Error`."""
        return self._exporter.parquet(table, stretch)

    def forget(self) -> None:
        """Delete all telemetry that is stored by now. Raises `duckdb.Error`."""
        self._database.forget()

    def stats(self) -> dict[str, float | str | None]:
        """The number of rows that the store holds, and of those it has handled since it started."""
        counts = {table.name: f"(select count(*) from {table.name})" for table in schema.SIGNALS}  # noqa: S608
        counts["ahead"] = schema.COUNT_AHEAD
        answer = self.ask(f"select {', '.join(counts.values())}")
        uptime_s = time.monotonic() - self._started
        return {
            **dict(zip(counts, answer.rows[0], strict=True)),
            "bytes": self._database.file_bytes(),
            "queued": self._inbox.rows,
            "rejected": self._inbox.rejected_rows,
            "left_out": self._left_out,
            "inserted": self._writer.inserted_rows,
            "inserted_per_s": round(self._writer.inserted_rows / uptime_s, 1),
            "uptime_s": round(uptime_s, 1),
            "write_error": self.write_error,
        }
