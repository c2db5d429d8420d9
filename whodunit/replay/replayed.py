"""A recorded run moved in time so that it happens now, and stands still there."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from whodunit.alerts.schemas import as_json
from whodunit.errors import LabError
from whodunit.runs.parquet import is_complete
from whodunit.runs.recorded_run import RecordedRun
from whodunit.runs.recorded_store import fill, no_recording
from whodunit.runs.recorded_telemetry import RecordedTelemetry
from whodunit.store import schema
from whodunit.store.database import Database
from whodunit.telemetry.answers import AlertList

_ENDED = "start_time + to_microseconds(cast(duration_s * 1e6 as bigint))"
_KNOWN_AT = {table.name: table.time for table in schema.TABLES} | {schema.SPANS.name: _ENDED}
"""The moment at which a row of each table is known: a span's is its end."""


class Replayed:
    """One run, which stands still at `now`: the last moment before anybody did something about it, or its end."""

    def __init__(self, run: RecordedRun, now: datetime, *, whole: bool = False) -> None:
        """`whole` is up to the run's end. Raises WrongUseError when the run's folder holds no telemetry."""
        if not is_complete(run.folder):
            raise no_recording(run.folder)
        self.run = run
        self.now = now
        self._moved: timedelta = now - (run.end if whole else run.left_alone_until)

    def put_into(self, file: Path) -> None:
        """Make `file` a store's database with the run in it, up to now, in place of what it was; raises LabError."""
        for old in (file, file.with_name(file.name + ".wal")):
            old.unlink(missing_ok=True)
        Database.open(file).close()
        try:
            with duckdb.connect(str(file)) as connection:
                fill(connection, self.run.folder, self._moved)
                for table, known_at in _KNOWN_AT.items():
                    later = f"delete from {table} where {known_at} >= ?"  # noqa: S608  names of our own
                    connection.execute(later, [self.now.replace(tzinfo=None)])
        except duckdb.Error as error:
            raise LabError(f"The recording cannot be read: {error}", "Record it again: whodunit record SLUG") from error

    def alerts(self) -> dict[str, Any]:
        """The alerts at this moment of the run, as `GET /alerts` answers, and the moment itself."""
        found = self._recorded.at(self.now - self._moved).alerts()
        alerts = [replace(alert, since=alert.since + self._moved) for alert in found.alerts]
        return as_json(AlertList(alerts, found.query, found.link)) | {"now": self.now.isoformat()}

    @property
    def start(self) -> datetime:
        """When the run began, on the clock of the replay."""
        return self.run.start + self._moved

    @cached_property
    def _recorded(self) -> RecordedTelemetry:
        return self.run.telemetry()
