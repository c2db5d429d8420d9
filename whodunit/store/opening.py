"""Opens the one DuckDB file: begins a new one, checks what is there.

DuckDB lets a single process open a file, so this process owns it; damaged files are set aside, never deleted.
"""

import errno
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import duckdb

from whodunit.store import offers, schema

log = logging.getLogger("whodunit.store")

T = TypeVar("T")

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": "1",
    "async_threads": "1",  # for remote files; there are none
    "memory_limit": "96MB",  # 48 MB failed a checkpoint, and so the process, while a search for ancestors ran
    "allocator_background_threads": "true",  # else the memory of the largest statement so far is kept for good
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


def opened(path: Path, read: Callable[[Path, duckdb.DuckDBPyConnection], T]) -> T:
    """The file, opened or begun, as `read` finds it: a file that cannot be read is set aside for a new one.

    Raises `Busy` when another process has it, and `Unwritable`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    try:
        return read(path, _connect(path))
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
    return read(path, _connect(path))


def exports_of(file: Path) -> Path:
    """The one other folder that the database may write to: exports pass through it."""
    return file.parent / "exports"


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A transaction: committed at its end, rolled back on an error."""
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
        with transaction(connection):
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
    for each in (path, wal(path)):
        if each.exists():
            each.rename(each.with_name(each.name + suffix))
    log.error("The store's file cannot be used and was set aside as %s%s: %s", path.name, suffix, reason)


def _remove(path: Path) -> None:
    """Delete a file that is half made: later it would be taken for damaged."""
    for each in (path, wal(path)):
        each.unlink(missing_ok=True)


def wal(path: Path) -> Path:
    """The write-ahead log beside the file."""
    return path.with_name(path.name + ".wal")
