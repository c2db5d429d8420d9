"""A minute of a small shop, and the desk in front of it."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import NoReturn

from tests.unit.telemetry.duck_store import DuckStore, at
from tests.unit.views.busy_shop import fill
from whodunit.desk.source import Source
from whodunit.lab.client import not_running
from whodunit.telemetry.answers import Alert, AlertList
from whodunit.telemetry.languages import Languages, Row
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import SqlStore, StoreTelemetry
from whodunit.telemetry.store.client import Rows

TRACE = "c0ffee00"
"""The beginning of the first checkout's id; nothing went wrong in it."""

BOUNDS = [0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0]


def now() -> datetime:
    return at(60)


def alerts(*found: Alert) -> AlertList:
    return AlertList(found, "a question about alerts")


STUCK = Alert("OrdersStuckInProcessing", "firing", {"service": "order"}, at(35), "Orders do not end.")


def no_lab() -> NoReturn:
    """The way to a lab that does not answer."""
    raise not_running()


class OneByOne:
    """The store as its HTTP server is: questions that come at once are answered all the same."""

    def __init__(self, store: DuckStore) -> None:
        self._store, self._answering = store, Lock()

    def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:
        with self._answering:
            return self._store.sql(sql, parameters)


def languages(store: SqlStore) -> Languages:
    """The store's SQL, as the desk asks it."""

    def sql(text: str, window: Window | None = None, step_s: float | None = None) -> list[Row]:
        return store.sql(text).as_dicts()

    return {"sql": sql}


def source(store: DuckStore, *found: Alert) -> Source:
    """The desk's source over the store, at one minute past noon."""
    answering = OneByOne(store)
    telemetry = StoreTelemetry(answering, lambda: alerts(*found))
    return Source(telemetry, no_lab, clock=now, languages=lambda: languages(answering))


def busy() -> DuckStore:
    """A minute of checkouts; payment's pool runs dry after half of it, and order was deployed meanwhile."""
    store = DuckStore()
    fill(store, minutes=1, dry_from_s=30)
    for step in range(1, 13):
        time_s = step * 5.0 - 1
        for service in ("frontend", "order", "payment"):
            answered(store, service, time_s, "200", [9, 3, 1, 0, 0, 0, 0, 0])
            if step > 6:
                answered(store, service, time_s, "500", [0, 0, 0, 0, 0, 0, 4, 0])
        release = "1.1" if step > 7 else "1.0"
        store.gauge("process.thread.count", "order", time_s, 4, unit="{thread}", release=release)
    return store


def answered(store: DuckStore, service: str, time_s: float, status: str, counts: list[int]) -> None:
    """Requests that a service answered with that status."""
    attributes = {"http.request.method": "POST", "http.route": "/checkout", "http.response.status_code": status}
    exemplars = [{"trace_id": f"{0xC0FFEE00:08x}" + "0" * 24, "value": 0.6}]
    store.histogram(
        "http.server.request.duration",
        service,
        time_s,
        counts,
        BOUNDS,
        attributes=attributes,
        exemplars=exemplars,
    )
