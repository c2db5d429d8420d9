"""A run happens again: as if it were going on, and nothing can be changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.recorded_runs import JUDGED_S, LENGTH_S, make
from tests.unit.telemetry.duck_store import at
from whodunit.entry.replay_lab import lab_of
from whodunit.home import Home
from whodunit.lab.api import create_api
from whodunit.lab.target import LiteTarget
from whodunit.replay.replayed import Replayed
from whodunit.runs.recorded_run import read
from whodunit.store.settings import StoreSettings
from whodunit.store.store import Store

pytestmark = pytest.mark.anyio

TOMORROW = at(86_400)


def replayed(tmp_path: Path, *, whole: bool = False) -> Replayed:
    return Replayed(read(make(tmp_path / "run")), TOMORROW, whole=whole)


def stuck(replayed: Replayed) -> list[str]:
    return [alert["since"] for alert in replayed.alerts()["alerts"] if alert["name"] == "OrdersStuckInProcessing"]


def test_its_last_moment_before_anybody_did_something_is_now(tmp_path: Path) -> None:
    found = replayed(tmp_path)
    assert found.start == TOMORROW - timedelta(seconds=JUDGED_S)


def test_alerts_fire_and_end_as_they_did(tmp_path: Path) -> None:
    found = replayed(tmp_path)
    assert stuck(found) == [(found.start + timedelta(seconds=35)).isoformat()]
    assert stuck(replayed(tmp_path, whole=True)) == []


def test_the_store_has_it_at_its_new_time(tmp_path: Path) -> None:
    found = replayed(tmp_path)
    for _ in range(2):
        found.put_into(tmp_path / "replay" / "t.duckdb")
    rows = asked(tmp_path / "replay" / "t.duckdb", "select start_time, events->0->>'name' from spans")
    assert rows == [[(found.start + timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "exception"]]


LATEST = """
    select greatest((select max(time) from metrics), (select max(first_seen) from resources),
      (select max(start_time + to_microseconds(cast(duration_s * 1e6 as bigint))) from spans))
"""


@pytest.mark.parametrize(("whole", "latest_s"), [(False, JUDGED_S - 5), (True, LENGTH_S - 5)])
def test_it_holds_nothing_that_comes_after_now(tmp_path: Path, whole: bool, latest_s: float) -> None:
    found = replayed(tmp_path, whole=whole)
    found.put_into(tmp_path / "t.duckdb")
    [[latest]] = asked(tmp_path / "t.duckdb", LATEST)
    assert latest == (found.start + timedelta(seconds=latest_s)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_span_under_way_is_not_known_yet(tmp_path: Path) -> None:
    found = Replayed(read(make(tmp_path / "run", judged_s=31)), TOMORROW)
    found.put_into(tmp_path / "t.duckdb")
    assert asked(tmp_path / "t.duckdb", "select count(*) from spans") == [[0]]


def asked(file: Path, statement: str) -> list[list[object]]:
    store = Store(StoreSettings(store_file=file))
    store.start()
    try:
        return store.ask(statement).rows
    finally:
        store.stop()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/faults/x", {"variant": "on", "seconds": 5}),
        ("DELETE", "/faults", None),
        ("PUT", "/load", {}),
        ("DELETE", "/load", None),
        ("DELETE", "/telemetry", None),
    ],
)
async def test_nothing_can_be_changed(tmp_path: Path, method: str, path: str, body: object) -> None:
    found = replayed(tmp_path)
    async with lab(found, tmp_path) as client:
        refused = await client.request(method, path, json=body)
        assert refused.is_client_error
        assert refused.json()["detail"] == "This is a recording: there is no shop to change."


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/pages", "A replay has no pager"),
        ("POST", "/pages/acknowledge", "A replay has no pager"),
        ("GET", "/mystery", "A replay has no mystery"),
        ("POST", "/verification", "A replay has no shop in which a case could be run"),
        ("GET", "/runs", "A replay is one recorded run"),
        ("POST", "/mystery/hint", "A replay has no mystery"),
        ("GET", "/faults", "A replay has no flags"),
        ("GET", "/load", "A replay has no flags to switch, and no load"),
    ],
)
async def test_what_a_replay_lacks_is_said(tmp_path: Path, method: str, path: str, said: str) -> None:
    async with lab(replayed(tmp_path), tmp_path) as client:
        refused = await client.request(method, path)
        assert refused.is_client_error
        assert refused.json()["detail"].startswith(said)


async def test_the_lab_says_what_is_replayed(tmp_path: Path) -> None:
    found = replayed(tmp_path)
    async with lab(found, tmp_path) as client:
        status = (await client.get("/status")).json()
    assert status["now"] == TOMORROW.isoformat()
    assert (status["mode"], status["title"], status["store"]["spans"]) == ("replay", "Payments are slow", 1)


@asynccontextmanager
async def lab(replayed: Replayed, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield

    replayed.put_into(tmp_path / "t.duckdb")
    store = Store(StoreSettings(store_file=tmp_path / "t.duckdb"))
    store.start()
    app = create_api(lab_of(replayed, store, "http://lab", lambda: None, lambda: LiteTarget(Home(tmp_path))), lifespan)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8070") as client:
        yield client
    store.stop()
