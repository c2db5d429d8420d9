"""A class on one server by the commands that its leader types: killed on the way, taken up again, gone afterwards."""

import os
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic, sleep

import httpx
import pytest

from bench.shop import Json, Shop, open_shop
from whodunit.home import Home
from whodunit.hosting import processes
from whodunit.hosting.roster import Hosted

WITHIN_S = 60.0
ALONE_BYTES = 500e6
"""Where two share a nursery's pages, not ten; without one it was 518 MB."""


@pytest.fixture(scope="module")
def server() -> Iterator[Shop]:
    """A server on which `class up` was killed while it opened the first student's shop."""
    with open_shop() as shop:
        try:
            killed_on_its_way(shop)
            yield shop
        finally:
            shop.run("class", "down")


def killed_on_its_way(shop: Shop) -> None:
    """Type `class up`, and kill it as soon as the first student's lab is there."""
    command = [sys.executable, "-m", "whodunit.entry.cli", "class", "up", "--students", "2"]
    environment = os.environ | {"WHODUNIT_HOME": str(shop.home)}
    began, first = monotonic(), Home(Hosted(Home(shop.home)).folder / "student-01")
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as up:
        while not processes.of(first):
            assert monotonic() < began + WITHIN_S
            sleep(0.05)
        up.kill()


@pytest.fixture(scope="module")
def students(server: Shop) -> list[Json]:
    """Name, address and token of two students, once `up` was typed again."""
    found: list[Json] = server.json("class", "up", "--students", "2")["students"]
    return found


def test_each_student_reaches_their_own_shop_and_no_other(server: Shop, students: list[Json]) -> None:
    assert Hosted(Home(server.home)).folder.stat().st_mode & 0o777 == 0o700
    reached = [[asked(at, by) for by in students] for at in students]
    assert reached == [[200, 401], [401, 200]]
    told = server.json("class", "status")["leads"]
    assert [(each["name"], each["silent_since_s"]) for each in told["students"]] == [
        ("student-01", None),
        ("student-02", None),
    ]


def test_a_second_up_changes_nothing(server: Shop, students: list[Json]) -> None:
    hosted = Hosted(Home(server.home))
    before = [{each.pid for each in processes.of(home)} for home in hosted.homes()]
    assert server.json("class", "up", "--students", "2")["students"] == students
    assert [{each.pid for each in processes.of(home)} for home in hosted.homes()] == before


def test_a_shop_among_others_takes_less_than_one_alone(server: Shop, students: list[Json]) -> None:
    found = server.json("class", "cost", "--seconds", "5")
    assert [each["name"] for each in found] == [each["name"] for each in students]
    assert all(each["programs"] >= 12 and each["pss_bytes"] < ALONE_BYTES for each in found)


def test_down_leaves_nothing(server: Shop, students: list[Json]) -> None:
    assert "2 shops ended and deleted" in server.run("class", "down")
    for each in students:
        with pytest.raises(httpx.ConnectError):
            httpx.get(each["address"], trust_env=False)
    hosted = Hosted(Home(server.home))
    assert processes.below(hosted.leader.path) == []
    assert list(hosted.leader.class_dir.iterdir()) == []
    assert not hosted.leader.lab_file.exists(), "the leader's shop was opened for the class"


def asked(at: Json, by: Json) -> int:
    headers = {"Authorization": f"Bearer {by['token']}"}
    return httpx.get(f"{at['address']}/status", headers=headers, timeout=WITHIN_S, trust_env=False).status_code
