"""`whodunit replay` as a person types it: the views work without a shop, and `down` leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from bench.shop import Shop, open_shop
from tests.lab_answers import check_status
from tests.recorded_runs import make

pytestmark = pytest.mark.process

GONE_WITHIN_S = 20.0


@pytest.fixture
def replay(tmp_path: Path) -> Iterator[Shop]:
    """The command line while a run is replayed."""
    with open_shop() as shop:
        shop.run("replay", str(make(tmp_path / "run")))
        yield shop


def test_every_view_works(replay: Shop) -> None:
    [trace] = replay.json("traces")["traces"]
    assert (trace["name"], trace["service"]) == ("pay", "payment")
    assert [log["body"] for log in replay.json("logs")["logs"]] == ["Too slow."]
    assert replay.json("metrics", "shop.order.stuck")["series"]
    assert "OrdersStuckInProcessing" in {alert["name"] for alert in replay.json("alerts")["alerts"]}
    assert replay.json("sql", "select count(*) as n from spans")
    assert "payment" in replay.run("map")
    assert "Payments are slow" in replay.run("status")
    check_status(replay.json("status"))


def test_the_desk_shows_the_recording(replay: Shop) -> None:
    desk = replay.json("status")["desk"]
    assert desk in replay.run("status").replace("\n", "")
    page = httpx.get(desk, trust_env=False).raise_for_status().text
    assert "OrdersStuckInProcessing" in page
    assert "stands still at" in page
    [trace] = replay.json("traces")["traces"]
    assert "Too slow." in httpx.get(f"{desk}traces/{trace['trace_id']}", trust_env=False).raise_for_status().text


def test_it_is_not_a_shop_and_there_is_one_of_it(replay: Shop, tmp_path: Path) -> None:
    assert replay.process("load", "stop").returncode == 2
    assert replay.process("replay", str(tmp_path / "run")).returncode == 3


def test_down_ends_it(replay: Shop) -> None:
    replay.down()
    assert not (replay.home / "lab.json").exists()
    assert replay.process("status").returncode == 3


def test_a_deleted_state_folder_ends_it(replay: Shop) -> None:
    pid = replay.json("status")["lab"]["pid"]
    replay.home.joinpath("lab.json").unlink()
    psutil.Process(pid).wait(GONE_WITHIN_S)  # raises when it still runs
