"""A minute in which checkouts hang, recorded from the shop."""

from functools import cache
from pathlib import Path

from tests.unit.desk.shop import languages, no_lab
from whodunit.desk.source import Source
from whodunit.runs import recorded_run
from whodunit.runs.recorded_store import RecordedStore
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import StoreTelemetry

FOLDER = Path(__file__).parents[3] / "recordings" / "checkout-hangs-held"


RUN = recorded_run.read(FOLDER)
WINDOW = Window(RUN.start, RUN.end)


@cache
def recording() -> Source:
    """The desk's source at a replay of it."""
    store = RecordedStore(FOLDER)
    return Source(StoreTelemetry(store), no_lab, WINDOW, "Checkout hangs", languages=lambda: languages(store))
