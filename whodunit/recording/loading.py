"""Puts a recording into a database, as it was or at another time."""

from datetime import timedelta
from pathlib import Path

import duckdb

from whodunit.recording.keeping import files
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
    columns = ", ".join(_value(column, microseconds) for column in table.columns)
    return f"insert into {table.name} select {columns} from read_parquet(?)"  # noqa: S608  names of our own


def _value(column: Column, microseconds: int) -> str:
    if not microseconds:
        return column.name
    later = f"to_microseconds({microseconds})"
    if column.type == "TIMESTAMP":
        return f"{column.name} + {later}"
    if column.name in TIMED:
        return _each_later(column.name, later)
    return column.name


def _each_later(column: str, later: str) -> str:
    time = f"strftime(cast(json_extract_string(each, 'time') as timestamp) + {later}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    moved = f"json_merge_patch(each, json_object('time', {time}))"
    listed = f"""list_transform(from_json({column}, '["JSON"]'), lambda each: {moved})"""
    return f"case when {column} = '[]' then {column} else to_json({listed}) end"
