"""A recorded run moved in time: its incident is at its height now, and goes on as it was recorded."""

from collections.abc import Callable
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
from whodunit.store.database import Database
from whodunit.telemetry.answers import AlertList

Clock = Callable[[], datetime]


class Replayed:
    """One run, whose last moment before anybody did something about it is when this object was made."""

    def __init__(self, run: RecordedRun, clock: Clock) -> None:
        """Raises WrongUseError when the run's folder holds no telemetry."""
        if not is_complete(run.folder):
            raise no_recording(run.folder)
        self.run = run
        self._clock = clock
        self._moved: timedelta = clock() - run.judged[-1]

    def put_into(self, file: Path) -> None:
        """Make `file` a store's database with the run in it, in place of what it was; raises LabError."""
        for old in (file, file.with_name(file.name + ".wal")):
            old.unlink(missing_ok=True)
        Database.open(file).close()
        try:
            with duckdb.connect(str(file)) as connection:
                fill(connection, self.run.folder, self._moved)
        except duckdb.Error as error:
            raise LabError(f"The recording cannot be read: {error}", "Record it again: whodunit record SLUG") from error

    def alerts(self) -> dict[str, Any]:
        """The alerts at this moment of the run, as `GET /alerts` answers; after its end, the last ones."""
        found = self._recorded.at(min(self._clock() - self._moved, self.run.end)).alerts()
        alerts = [replace(alert, since=alert.since + self._moved) for alert in found.alerts]
        return as_json(AlertList(alerts, found.query, found.link))

    @property
    def start(self) -> datetime:
        """When the run began, on the clock of the replay."""
        return self.run.start + self._moved

    @cached_property
    def _recorded(self) -> RecordedTelemetry:
        return self.run.telemetry()
