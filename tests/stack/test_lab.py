"""The lab among the real programs: it waited for them, says how they are, and gives the light load back."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from tests.lab_answers import check_status
from tests.stack.harness.stack import NativeStack
from whodunit.topology import JOBS

pytestmark = pytest.mark.stack

WITHIN_S = 30.0
OK, BAD_GATEWAY = 200, 502


def eventually(holds: Callable[[], bool], what: str) -> None:
    give_up_at = monotonic() + WITHIN_S
    while not holds():
        assert monotonic() < give_up_at, f"{what}: not within {WITHIN_S} s"
        sleep(0.2)


def load(stack: NativeStack) -> dict[str, Any]:
    found: dict[str, Any] | None = stack.json("load", "status")
    return found or {"running": False, "light": False}


def test_every_program_says_itself_that_it_is_ready(stack: NativeStack) -> None:
    status = stack.json("status")
    check_status(status)
    rows = {row["name"]: row["state"] for row in [*status["services"], *status["backends"]]}
    assert status["mode"] == "stack"
    assert rows.pop("grafana") == "left out"
    assert set(rows) == set(stack.containers) - {"lab"} - {job.name for job in JOBS}  # a job answers nobody
    assert set(rows.values()) == {"ready"}


def test_the_terminal_ends_with_one_address_and_the_first_order(stack: NativeStack) -> None:
    said = (stack.state / "logs" / "lab.log").read_text()
    assert f"{stack.entry_url}/" in said
    assert "order 1 completed in" in said


def test_the_light_load_comes_back_when_another_has_ended(stack: NativeStack) -> None:
    eventually(lambda: load(stack)["light"], "the light load runs")
    stack.whodunit("load", "start", "--journey", "browse=1", "--for", "1s")
    assert not load(stack)["light"]
    eventually(lambda: bool(load(stack)["light"]), "the light load comes back")


def test_the_books_are_audited_and_nothing_alerts(stack: NativeStack) -> None:
    assert stack.json("audit", "--settle", "20s")["lost"] == 0
    assert [alert for alert in stack.json("alerts")["alerts"] if alert["state"] == "firing"] == []


def test_a_reset_says_what_it_could_not_do_without_docker(stack: NativeStack) -> None:
    said = stack.whodunit("reset", check=False)
    assert "What the backends keep stays" in said
    assert "No order is open." in said
    assert "The light load runs again." in said


def test_a_class_is_led_through_the_entry(stack: NativeStack) -> None:
    leads = stack.json("class", "open", "--seed", "7")["leads"]
    try:
        assert leads["address"] == f"{stack.entry_url}/class"
        entering = {"code": leads["code"], "name": "Ada"}
        assert httpx.post(f"{leads['address']}/join", json=entering, trust_env=False).status_code == OK
        assert [each["name"] for each in stack.json("class", "status")["leads"]["students"]] == ["Ada"]
    finally:
        stack.json("class", "close")
    assert httpx.post(f"{leads['address']}/join", json=entering, trust_env=False).status_code == BAD_GATEWAY
