"""A run's telemetry stands beside its result, whole or not at all."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from whodunit.errors import LabError
from whodunit.runs.parquet import is_complete, keep
from whodunit.telemetry.port import TelemetryError

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeStore:
    def __init__(self, *missing: str) -> None:
        self.missing = missing

    def export(self, table: str, start: datetime, end: datetime) -> bytes:
        if table in self.missing:
            raise TelemetryError("it is away")
        return f"{table} {start:%H:%M}-{end:%H:%M}".encode()


def test_each_table_is_a_file(tmp_path: Path) -> None:
    keep(FakeStore(), NOON, NOON.replace(hour=13), tmp_path)
    assert (tmp_path / "spans.parquet").read_text() == "spans 12:00-13:00"
    assert is_complete(tmp_path)


def test_a_store_that_is_away_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="not kept: it is away"):
        keep(FakeStore("metrics"), NOON, NOON, tmp_path)
    assert not is_complete(tmp_path)
