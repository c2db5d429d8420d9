"""A recording in memory, its times shifted if need be, queried like the store that it came from."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import duckdb

from whodunit.errors import WrongUseError
from whodunit.runs.parquet import files, is_complete
from whodunit.store import increases, schema
from whodunit.store.reader import plain
from whodunit.store.schema import Column, Table
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.store.client import Rows

AGAIN = "Copy it again from where it came from, or record another: whodunit record SLUG"
UNMOVED = timedelta(0)
TIMED = ("events", "exemplars")
"""JSON lists whose objects carry a `time`."""


class RecordedStore:
    """Implements `whodunit.telemetry.store.adapter.SqlStore`."""

    def __init__(self, folder: Path) -> None:
        """Read all of it; raises WrongUseError when the folder holds no recording that can be read."""
        if not is_complete(folder):
            raise no_recording(folder)
        self._connection = duckdb.connect(config={"threads": "1"})
        try:
            self._connection.execute("set global TimeZone = 'UTC'")
            for statement in schema.creation():
                self._connection.execute(statement)
            fill(self._connection, folder)
            if not self._connection.execute(f"from metrics where {increases.CUMULATIVE} limit 1").fetchall():
                self._connection.execute(increases.WITHOUT_TOTALS)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise WrongUseError(f"The recording in {folder} cannot be read: {reason}", AGAIN) from error
        self._answers: dict[tuple[object, ...], Rows] = {}

    def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:
        """The rows of a statement; kept, as a recording does not change."""
        statement = (sql, *parameters)
        if statement not in self._answers:
            self._answers[statement] = self._ask(sql, parameters)
        return self._answers[statement]

    def _ask(self, sql: str, parameters: Sequence[object]) -> Rows:
        try:
            self._connection.execute(sql, list(parameters))
            columns = [column[0] for column in self._connection.description or ()]
            return Rows(columns, [[plain(value) for value in row] for row in self._connection.fetchall()])
        except duckdb.Error as error:
            raise RefusedQueryError(str(error)) from error

    def close(self) -> None:
        """Release the memory."""
        self._connection.close()


def no_recording(folder: Path) -> WrongUseError:
    """The error for a folder without telemetry."""
    return WrongUseError(
        f"{folder} holds no recording: spans.parquet or another table is missing.",
        "Runs in lite mode leave one: whodunit scenario verify SLUG",
    )


def fill(connection: duckdb.DuckDBPyConnection, folder: Path, moved: timedelta = UNMOVED) -> None:
    """Insert the recording of `folder` into the empty tables, every time shifted by `moved`. Raises `duckdb.Error`."""
    microseconds = round(moved / timedelta(microseconds=1))
    for table, file in zip(schema.TABLES, files(folder), strict=True):
        connection.execute(_insert(table, microseconds), [str(file)])


def _insert(table: Table, microseconds: int) -> str:
    """By the columns' names: what an older recording does not have stays null."""
    later = f"to_microseconds({microseconds})"
    moved = [f"{_later(column, later)} as {column.name}" for column in table.columns if _is_timed(column)]
    replaced = f" replace ({', '.join(moved)})" if microseconds else ""
    return f"insert into {table.name} by name select *{replaced} from read_parquet(?)"  # noqa: S608  names of our own


def _is_timed(column: Column) -> bool:
    return column.type == "TIMESTAMP" or column.name in TIMED


def _later(column: Column, later: str) -> str:
    return _each_later(column.name, later) if column.name in TIMED else f"{column.name} + {later}"


def _each_later(column: str, later: str) -> str:
    time = f"strftime(cast(json_extract_string(each, 'time') as timestamp) + {later}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    moved = f"json_merge_patch(each, json_object('time', {time}))"
    listed = f"""list_transform(from_json({column}, '["JSON"]'), lambda each: {moved})"""
    return f"case when {column} = '[]' then {column} else to_json({listed}) end"
