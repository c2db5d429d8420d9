"""A stretch of the telemetry as Parquet: one file for each table, small enough to keep."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from whodunit.store.schema import RESOURCES, SIGNALS, Table

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
        """The rows of the stretch as a Parquet file, resources those of its rows. Raises `duckdb.Error`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder, self.connect() as connection:
            file = Path(folder) / f"{table.name}.parquet"
            statement = f"copy ({_selection(table)}) to '{_quoted(file)}' ({PARQUET})"
            connection.execute(statement, {"start": _naive(stretch.start), "end": _naive(stretch.end)})
            return file.read_bytes()


def _selection(table: Table) -> str:
    if table is RESOURCES:
        used = " union ".join(_within(signal, "resource_id") for signal in SIGNALS)
        return f"select * from {table.name} where resource_id in ({used})"  # noqa: S608  names of our own
    return _within(table, "*")


def _within(table: Table, columns: str) -> str:
    return f"select {columns} from {table.name} where {table.time} >= $start and {table.time} < $end"  # noqa: S608


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
