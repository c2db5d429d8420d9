"""The one open DuckDB file: created, checked, filled.

DuckDB lets a single process open a file, so this process owns it; damaged files are set aside, never deleted.
"""

import errno
import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from operator import attrgetter
from pathlib import Path
from typing import Self

import duckdb

from whodunit.store import offers, schema
from whodunit.store.rows import Batch, ResourceRow, Row

log = logging.getLogger("whodunit.store")

ROWS_AT_ONCE = 1024  # larger statements gain nothing and need memory for their parameters
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": "1",
    "async_threads": "1",  # for remote files; there are none
    "memory_limit": "96MB",  # 48 MB failed a checkpoint, and so the process, while a search for ancestors ran
    "checkpoint_threshold": "8MB",  # rows not yet folded into the file are held in memory
    "preserve_insertion_order": "false",
}
PREPARE = (
    "set global TimeZone = 'UTC'",
    "set allowed_directories = ['{exports}']",
    "set enable_external_access = false",  # a query reads this file and no other
    "set lock_configuration = true",
)
REFUSALS = tuple(os.strerror(each) for each in (errno.ENOSPC, errno.EDQUOT, errno.EROFS))
# Times are stored in UTC without a zone: with this, `time > now() - interval 1 minute` compares like with like.
NOW = "create or replace macro now() as (current_timestamp at time zone 'UTC')"


class OtherLayout(Exception):
    """The file is a store's, of another version of this program."""


class Busy(Exception):
    """Another process has the file open."""


class Unwritable(Exception):
    """The file may be sound, but the system lets nothing be written now: a full disk, a quota, a read-only folder."""


class Database:
    """The file and its tables. One thread writes; each reader takes a cursor of its own."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._path = path
        self._connection = connection
        self._recall()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file or begin a new one. Raises `Busy` when another process has it, and `Unwritable`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        try:
            return cls(path, _connect(path))
        except duckdb.IOException as error:
            if "lock" in str(error):
                raise Busy(f"{path} is in use by another process: {error}") from error
            if any(refusal in str(error) for refusal in REFUSALS):
                if is_new:
                    _remove(path)
                raise Unwritable(str(error)) from error
            _set_aside(path, error)
        except OtherLayout as error:
            _set_aside(path, error, "other-version")
        except duckdb.Error as error:
            _set_aside(path, error)
        return cls(path, _connect(path))

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
            connection.execute(offers.REMEMBER, [list(fresh)])
        self._resources |= resources.keys()
        self._offers |= fresh.keys()
        return stored

    def transaction(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A transaction of the writing thread: committed at its end, rolled back on an error."""
        return _transaction(self._connection)

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
        return (int(row[0]) if row else 0) + _size(_wal(self._path))

    def file_bytes(self) -> int:
        """Size on disk."""
        return _size(self._path) + _size(_wal(self._path))

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
        return count_of(self._connection.execute(table.insert, columns))


def count_of(changed: duckdb.DuckDBPyConnection) -> int:
    """The number of rows that a statement changed."""
    row = changed.fetchone()
    return int(row[0]) if row else 0


def exports_of(file: Path) -> Path:
    """The one other folder that the database may write to: exports pass through it."""
    return file.parent / "exports"


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    connection.execute("begin transaction")
    try:
        yield connection
        connection.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):  # a commit that failed has ended it already
            connection.execute("rollback")
        raise


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), config=SETTINGS)
    try:
        _create(connection)
        for table in schema.TABLES:
            connection.execute(f"select count(*), max({table.time}) from {table.name}").fetchall()  # noqa: S608
        for statement in PREPARE:
            connection.execute(statement.format(exports=str(exports_of(path)).replace("'", "''")))
    except BaseException:
        connection.close()
        raise
    return connection


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    present = connection.execute("select table_name from duckdb_tables()").fetchall()
    if not present:
        with _transaction(connection):
            for statement in schema.creation():
                connection.execute(statement)
            connection.execute(offers.CREATE)
            connection.execute(f"create table layout as select {schema.VERSION} as version")
            connection.execute(NOW)
    version = connection.execute("select version from layout").fetchall()
    if version != [(schema.VERSION,)]:
        raise OtherLayout(f"its tables are of version {version[0][0]}, and not {schema.VERSION} as here")


def _set_aside(path: Path, reason: Exception, why: str = "damaged") -> None:
    """Rename the file and its log, so that they can be inspected, and log their new names."""
    suffix = f".{why}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}"
    for each in (path, _wal(path)):
        if each.exists():
            each.rename(each.with_name(each.name + suffix))
    log.error("The store's file cannot be used and was set aside as %s%s: %s", path.name, suffix, reason)


def _remove(path: Path) -> None:
    """Delete a file that is half made: later it would be taken for damaged."""
    for each in (path, _wal(path)):
        each.unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
