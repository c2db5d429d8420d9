"""Puts a recording into a database, as it was or at another time."""

from datetime import timedelta
from pathlib import Path

import duckdb

from whodunit.runs.parquet import files
from whodunit.store import schema
from whodunit.store.schema import Column, Table

UNMOVED = timedelta(0)
TIMED = ("events", "exemplars")
"""JSON lists whose objects carry a `time`."""


def fill(connection: duckdb.DuckDBPyConnection, folder: Path, moved: timedelta = UNMOVED) -> None:
    """Insert the recording of `folder` into the empty tables, every time in it `moved`. Raises `duckdb.Error`."""
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
