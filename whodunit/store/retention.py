"""Bounds on the age and the size of the stored telemetry; the oldest rows are deleted first."""

import logging
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Protocol

import duckdb

from whodunit.store import schema
from whodunit.store.database import count_of
from whodunit.store.rows import Batch

log = logging.getLogger("whodunit.store")

SHARE = 0.25  # of the rows that is deleted at once when the file is too large


class Shelf(Protocol):
    """The database that holds the rows."""

    def transaction(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A transaction: committed at the end of `with`."""
        ...

    def used_bytes(self) -> int:
        """Size of what is stored."""
        ...

    def prune(self) -> None:
        """Delete what no row needs any longer."""
        ...

    def checkpoint(self) -> None:
        """Give deleted rows' space back."""
        ...


@dataclass(frozen=True)
class Retention:
    """The bounds: age in seconds, size in bytes."""

    max_age_s: float
    max_bytes: int

    def timely(self, batch: Batch, now_us: int) -> Batch:
        """The batch without rows that would be deleted at once; `ahead` counts those in the future."""
        time = attrgetter({table.name: table.time for table in schema.SIGNALS}[batch.table])
        kept = [row for row in batch.rows if time(row) >= now_us - self.max_age_s * 1e6]
        rejected = Counter({f"older than the {self.max_age_s:g} s that are kept": len(batch.rows) - len(kept)})
        ahead = sum(time(row) > now_us + schema.AHEAD_S * 1e6 for row in kept)
        return replace(batch, rows=kept, rejected=batch.rejected + rejected, ahead=ahead)

    def enforce(self, shelf: Shelf) -> None:
        """Delete what exceeds the bounds. Raises `duckdb.Error`."""
        if self._delete_old(shelf):
            shelf.checkpoint()
        # Once a call: a reader may keep the space of deleted rows until it has ended and something is written.
        if shelf.used_bytes() > self.max_bytes:
            self._shrink(shelf)
        shelf.prune()

    def _delete_old(self, shelf: Shelf) -> int:
        with shelf.transaction() as connection:
            cutoff = f"now() - to_microseconds({int(self.max_age_s * 1e6)})"
            return sum(_delete(connection, table, cutoff) for table in schema.SIGNALS)

    def _shrink(self, shelf: Shelf) -> None:
        with shelf.transaction() as connection:
            deleted = sum(_delete(connection, table, _oldest_share(table)) for table in schema.SIGNALS)
        shelf.checkpoint()
        log.info("The store reached its size of %d bytes: the oldest %d rows went", self.max_bytes, deleted)


def _delete(connection: duckdb.DuckDBPyConnection, table: schema.Table, cutoff: str) -> int:
    return count_of(connection.execute(f"delete from {table.name} where {table.time} < {cutoff}"))  # noqa: S608


def _oldest_share(table: schema.Table) -> str:
    return f"(select approx_quantile({table.time}, {SHARE}) + to_microseconds(1) from {table.name})"  # noqa: S608
