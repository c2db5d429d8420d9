"""When load began and ended within a window, as the load generator tells."""

from dataclasses import dataclass
from datetime import datetime

from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.topology import LOAD_GENERATOR

TOLD = {"Load begins.": "begins", "Load ends.": "ends"}
QUERY = LogQuery(service=LOAD_GENERATOR, body_contains="Load ")
MOST = 20


@dataclass(frozen=True)
class Change:
    """Load `begins` or `ends` at a moment."""

    what: str
    at: datetime


def changes(telemetry: Telemetry, window: Window) -> list[Change]:
    """The newest changes, oldest first; raises TelemetryError."""
    found = telemetry.logs(QUERY, window, MOST).sample
    return [Change(TOLD[record.body], record.time) for record in found if record.body in TOLD]
