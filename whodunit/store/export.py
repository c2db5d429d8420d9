"""A stretch of the telemetry as Parquet: one file for each table, small enough to keep."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from whodunit.store.schema import RESOURCES, Table

# Rows pass through as they were stored, one group of them at a time. Sorted, the files would be 6 % smaller, but all of
# two minutes' spans would have to be in memory. Seventy seconds at ten checkouts a second: 43,000 spans in 1.4 MB;
# higher levels of compression gain a tenth and take five times as long.
PARQUET = "format parquet, compression zstd, row_group_size 20480"


@dataclass(frozen=True)
class Stretch:
    """A half-open span of time."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Exporter:
    """Writes files into `folder`, the one that the database may write to beside its own; nothing stays there."""

    connect: Callable[[], duckdb.DuckDBPyConnection]
    folder: Path

    def parquet(self, table: Table, stretch: Stretch) -> bytes:
        """The rows of the stretch as a Parquet file; resources whole, as they may be older. Raises `duckdb.Error`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder, self.connect() as connection:
            file = Path(folder) / f"{table.name}.parquet"
            statement = f"copy ({_selection(table)}) to '{_quoted(file)}' ({PARQUET})"
            connection.execute(statement, _parameters(table, stretch))
            return file.read_bytes()


def _selection(table: Table) -> str:
    condition = "true" if table is RESOURCES else f"{table.time} >= ? and {table.time} < ?"
    return f"select * from {table.name} where {condition}"  # noqa: S608  names of our own


def _parameters(table: Table, stretch: Stretch) -> list[datetime]:
    return [] if table is RESOURCES else [_naive(stretch.start), _naive(stretch.end)]


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
