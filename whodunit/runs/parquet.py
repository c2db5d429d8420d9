"""Keeps the telemetry of a run beside its result: a Parquet file for each table of the store."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

from whodunit.errors import LabError
from whodunit.store import schema
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.store.client import StoreClient


class Exporting(Protocol):
    """A store that exports its rows; raises TelemetryError when it fails."""

    def export(self, table: str, start: datetime, end: datetime) -> bytes:
        """The rows between two moments, as a Parquet file."""
        ...


def files(folder: Path) -> list[Path]:
    """The files of a run's telemetry in its folder."""
    return [folder / f"{table.name}.parquet" for table in schema.TABLES]


def is_complete(folder: Path) -> bool:
    """True if the run in `folder` kept its telemetry."""
    return all(file.is_file() for file in files(folder))


def keep(store: Exporting, start: datetime, end: datetime, folder: Path) -> None:
    """Write what was recorded between two moments; raises LabError when the store cannot give it."""
    try:
        for file in files(folder):
            file.write_bytes(store.export(file.stem, start, end))
    except TelemetryError as error:
        raise LabError(f"The telemetry of the run was not kept: {error}", "Its result stands in the folder.") from error


def keep_from(store_url: str, start: datetime, end: datetime, folder: Path) -> None:
    """Write what the store at `store_url` recorded between two moments; raises LabError when it cannot give it."""
    store = StoreClient(store_url)
    try:
        keep(store, start, end, folder)
    finally:
        store.close()
