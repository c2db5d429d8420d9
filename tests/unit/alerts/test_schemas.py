"""What the lab answers is what was meant."""

import pytest

from tests.unit.telemetry.duck_store import NOON
from whodunit.alerts.schemas import as_json, read_alerts
from whodunit.errors import LabError
from whodunit.telemetry.answers import Alert, AlertList
from whodunit.telemetry.port import TelemetryError

FOUND = AlertList([Alert("OrdersStuckInProcessing", "firing", {"service": "order"}, NOON, "Stuck.")], "select 1")


def test_there_and_back() -> None:
    assert read_alerts(lambda: as_json(FOUND)) == FOUND


def test_a_lab_that_is_away_is_telemetry_that_cannot_answer() -> None:
    def away() -> dict[str, object]:
        raise LabError("The shop is not running.", "Start it: whodunit up")

    with pytest.raises(TelemetryError, match="not running"):
        read_alerts(away)
