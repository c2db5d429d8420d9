"""The tables in the one open DuckDB file: filled, pruned, measured."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from operator import attrgetter
from pathlib import Path
from typing import Self

import duckdb

from whodunit.store import offers, schema
from whodunit.store.opening import opened, transaction, wal
from whodunit.store.rows import Batch, ResourceRow, Row

ROWS_AT_ONCE = 1024  # larger statements gain nothing and need memory for their parameters


class Database:
    """The file and its tables. One thread writes; each reader takes a cursor of its own."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._path = path
        self._connection = connection
        # Parsed once: that takes as long as inserting a few dozen rows does.
        self._insertions = {table.name: _parsed(connection, table.insert) for table in schema.TABLES}
        self._remember = _parsed(connection, offers.REMEMBER)
        self._recall()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file or begin a new one. Raises `Busy` when another process has it, and `Unwritable`."""
        return opened(path, cls)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the same file, for one thread."""
        return self._connection.cursor()

    def insert(self, batches: Sequence[Batch]) -> int:
        """Write all rows in one transaction; when this returns they survive the end of the process.

        Rows that are there already, because their sender got no answer and tried again, are not stored twice. Returns
        the number of new rows.
        """
        offered = offers.digests(batches)
        fresh = {digest: batch for digest, batch in offered.items() if digest not in self._offers}
        tables: dict[str, list[Row]] = {table.name: [] for table in schema.TABLES}
        for batch in (*fresh.values(), *(each for each in batches if each.table not in offers.WITHOUT_ID)):
            tables[batch.table] += batch.rows
        resources = self._unknown(batch.resources for batch in batches)
        tables["resources"] += resources.values()
        with self.transaction() as connection:
            stored = sum(self._fill(table, tables[table.name]) for table in schema.TABLES)
            if fresh:
                connection.execute(self._remember, [list(fresh)])
        self._resources |= resources.keys()
        self._offers |= fresh.keys()
        return stored

    def transaction(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A transaction of the writing thread: committed at its end, rolled back on an error."""
        return transaction(self._connection)

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file and give deleted rows' space back."""
        self._connection.execute("checkpoint")

    def forget(self) -> None:
        """Delete all telemetry; may be called beside the writing thread. Raises `duckdb.Error`."""
        with self.cursor() as connection:
            for table in schema.SIGNALS:
                connection.execute(f"delete from {table.name}")  # noqa: S608  names of our own

    def prune(self) -> None:
        """Delete resources without rows and requests that no sender offers again. Raises `duckdb.Error`."""
        with self.transaction() as connection:
            connection.execute(offers.FORGET)
            connection.execute(schema.PRUNE_RESOURCES)
        self._recall()

    def used_bytes(self) -> int:
        """Size of what is stored, without the file's free blocks."""
        row = self._connection.execute("select block_size * used_blocks from pragma_database_size()").fetchone()
        return (int(row[0]) if row else 0) + _size(wal(self._path))

    def file_bytes(self) -> int:
        """Size on disk."""
        return _size(self._path) + _size(wal(self._path))

    def close(self) -> None:
        """Fold the log into the file and close it."""
        self._connection.close()

    def _recall(self) -> None:
        found = self._connection.execute("select resource_id from resources").fetchall()
        self._resources = {number for (number,) in found}
        self._offers = offers.recalled(self._connection)

    def _unknown(self, groups: Iterable[Mapping[int, ResourceRow]]) -> dict[int, ResourceRow]:
        return {n: row for group in groups for n, row in group.items() if n not in self._resources}

    def _fill(self, table: schema.Table, rows: Sequence[Row]) -> int:
        if table.identity:
            identity = attrgetter(*table.identity)
            rows = list({identity(row): row for row in rows}.values())
        return sum(self._insert(table, rows[i : i + ROWS_AT_ONCE]) for i in range(0, len(rows), ROWS_AT_ONCE))

    def _insert(self, table: schema.Table, rows: Sequence[Row]) -> int:
        columns = [list(column) for column in zip(*rows, strict=True)]
        return count_of(self._connection.execute(self._insertions[table.name], columns))


def count_of(changed: duckdb.DuckDBPyConnection) -> int:
    """The number of rows that a statement changed."""
    row = changed.fetchone()
    return int(row[0]) if row else 0


def _parsed(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    (statement,) = connection.extract_statements(sql)
    return statement


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
