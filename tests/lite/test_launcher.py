"""The shop opened and closed by the commands a user types, and killed in every place where that hurts."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

import psutil
import pytest

from bench.shop import Shop, open_shop
from tests.lab_answers import check_status
from whodunit.home import Home
from whodunit.launcher.processes import Identity, identities, wait_gone

Json = dict[str, Any]

GONE_WITHIN_S = 20.0
COULD_NOT_RUN = 3


@pytest.fixture
def closed() -> Iterator[Shop]:
    """A shop that is not open yet, in a state folder of its own."""
    with open_shop() as shop:
        yield shop


@pytest.fixture
def opened(closed: Shop) -> Shop:
    """A shop that is open."""
    closed.up()
    return closed


def processes_of(shop: Shop) -> list[Identity]:
    status = shop.json("status")
    programs = [*status["services"], status["store"]]
    pids = [status["lab"]["pid"], status["lab"]["zygote_pid"], *(each["pid"] for each in programs)]
    return identities(pid for pid in pids if pid)


def pids_of(shop: Shop) -> set[int]:
    return {process.pid for process in processes_of(shop)}


def eventually(holds: Callable[[], bool], what: str, within_s: float) -> None:
    give_up_at = monotonic() + within_s
    while not holds():
        assert monotonic() < give_up_at, f"{what}: not within {within_s} s"
        sleep(0.1)


def all_ready(shop: Shop) -> bool:
    status = shop.json("status", check=False)
    return all(each["ready"] for each in [*status["services"], status["store"]])


def test_status_is_the_contract_for_scripts(opened: Shop) -> None:
    status = opened.json("status")
    check_status(status)
    assert status["mode"] == "lite"
    assert len(status["services"]) == 10
    for each in [*status["services"], status["store"]]:
        assert each["ready"] is True
        assert psutil.pid_exists(each["pid"])
        assert 1 << 20 < each["pss_bytes"] < 200 << 20
        assert each["url"].startswith("http://127.0.0.1:")


def test_a_second_up_is_harmless(opened: Shop) -> None:
    before = pids_of(opened)
    assert "open already" in opened.run("up")
    assert pids_of(opened) == before


def test_down_leaves_nothing_behind_and_can_be_repeated(opened: Shop) -> None:
    before = processes_of(opened)
    assert len(before) == 13
    assert "closed" in opened.run("down")
    assert wait_gone(before, 0) == []
    home = Home(opened.home)
    assert (home.lab_file.exists(), home.lock_file.exists()) == (False, False)
    assert "Nothing was running" in opened.run("down")


def test_a_killed_lab_is_succeeded_at_once(opened: Shop) -> None:
    before = processes_of(opened)
    os.kill(opened.json("status")["lab"]["pid"], signal.SIGKILL)
    opened.up()
    assert wait_gone(before, 0) == []
    assert all_ready(opened)


def test_a_killed_lab_leaves_processes_that_end_by_themselves(opened: Shop) -> None:
    before = processes_of(opened)
    os.kill(opened.json("status")["lab"]["pid"], signal.SIGKILL)
    assert wait_gone(before, GONE_WITHIN_S) == []
    assert "Nothing was running" in opened.run("down")


def test_a_killed_zygote_costs_a_restart_of_everything(opened: Shop) -> None:
    before = pids_of(opened)
    os.kill(opened.json("status")["lab"]["zygote_pid"], signal.SIGKILL)
    eventually(lambda: all_ready(opened) and len(pids_of(opened) & before) == 1, "all but the lab is new", 60)
    assert {each["restarts"] for each in opened.json("status")["services"]} == {1}


def test_interrupting_up_stops_what_it_started(closed: Shop) -> None:
    command = [sys.executable, "-m", "whodunit.entry.cli", "up"]
    environment = os.environ | {"WHODUNIT_HOME": str(closed.home)}
    home = Home(closed.home)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as up:
        eventually(home.lab_file.exists, "the lab runs", 30)
        before = processes_of(closed)
        up.send_signal(signal.SIGINT)
        _, said = up.communicate(timeout=60)
    assert (up.returncode, b"what was started is stopped" in said) == (130, True)
    assert wait_gone(before, 0) == []
    assert not home.lab_file.exists()


def test_a_verification_ends_with_its_shop_and_leaves_the_next_one_alone(opened: Shop) -> None:
    command = [sys.executable, "-m", "whodunit.entry.cli", "scenario", "verify", "slow-lists"]
    environment = os.environ | {"WHODUNIT_HOME": str(opened.home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as verifying:
        eventually(lambda: bool((opened.json("load", "status") or {}).get("running")), "the load runs", 30)
        opened.down()
        opened.up()
        opened.run("load", "start", "--journey", "browse=1")
        _, said = verifying.communicate(timeout=GONE_WITHIN_S)
    assert (verifying.returncode, b"closed meanwhile" in said) == (COULD_NOT_RUN, True)
    assert opened.json("load", "status")["running"]


def test_two_at_once_open_one_shop(closed: Shop) -> None:
    command = [sys.executable, "-m", "whodunit.entry.cli", "up", "--json"]
    environment = os.environ | {"WHODUNIT_HOME": str(closed.home)}
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [each.communicate(timeout=120)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert all_ready(closed)


def test_a_taken_port_is_passed_over(closed: Shop) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8080))
            taken.listen()
        except OSError:
            pass  # somebody else has it, which serves as well
        closed.up()
        frontend = next(each for each in closed.json("status")["services"] if each["name"] == "frontend")
    assert (frontend["ready"], frontend["url"] != "http://127.0.0.1:8080") == (True, True)


def test_a_deleted_state_folder_ends_everything(opened: Shop) -> None:
    before = processes_of(opened)
    opened.home.joinpath("lab.json").unlink()
    assert wait_gone(before, GONE_WITHIN_S) == []
