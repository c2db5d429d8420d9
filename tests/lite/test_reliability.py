"""Nothing is lost, whatever dies: services, the store, the lab."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

import psutil
import pytest

from bench.shop import Shop, open_shop
from whodunit.topology import SERVICES

Json = dict[str, Any]

LOAD = ("--journey", "buy=6", "--journey", "browse=1", "--for", "10m")


@pytest.fixture(scope="module")
def busy() -> Iterator[Shop]:
    """A shop under load, apart from the one that others look at."""
    with open_shop() as shop:
        shop.up()
        shop.run("load", "start", *LOAD)
        eventually(lambda: orders_of(shop) > 10, "the first orders", 30)
        yield shop


def eventually(holds: Callable[[], bool], what: str, within_s: float) -> None:
    """Wait until it holds; fail with its name when it does not in time."""
    give_up_at = monotonic() + within_s
    while not holds():
        assert monotonic() < give_up_at, f"{what}: not within {within_s} s"
        sleep(0.2)


def service(shop: Shop, name: str) -> Json:
    found: Json = next(each for each in shop.json("status")["services"] if each["name"] == name)
    return found


def audit(shop: Shop) -> Json:
    report: Json = json.loads(shop.run("audit", "--json", check=False))
    return report


def orders_of(shop: Shop) -> int:
    return int(json.loads(shop.run("audit", "--settle", "0s", "--json", check=False))["orders"])


@pytest.mark.parametrize("name", [each.name for each in SERVICES])
def test_a_killed_service_comes_back(name: str, busy: Shop) -> None:
    pid = service(busy, name)["pid"]
    os.kill(pid, signal.SIGKILL)

    def is_back() -> bool:
        state = service(busy, name)
        return bool(state["ready"]) and state["pid"] != pid

    eventually(is_back, f"{name} back and ready", 20)


def orders_without_a_span(shop: Shop, after: int, upto: int) -> set[int]:
    """Orders by number whose processing the store does not know of."""
    sql = """SELECT DISTINCT CAST(attributes['shop.order.number'] AS INTEGER) FROM spans WHERE name = 'process order'"""
    known = {row[0] for row in shop.json("sql", sql)["rows"]}
    return set(range(after + 1, upto + 1)) - known


def test_a_killed_store_loses_nothing_that_queues_hold(busy: Shop) -> None:
    before = orders_of(busy)
    os.kill(busy.json("status")["store"]["pid"], signal.SIGKILL)
    eventually(lambda: bool(busy.json("status")["store"]["ready"]), "the store is back", 20)
    eventually(lambda: orders_of(busy) > before + 30, "orders went on", 30)
    after = orders_of(busy)
    assert after > before
    eventually(lambda: not orders_without_a_span(busy, before, after), "every order's span arrived", 60)


def firing(shop: Shop) -> set[str]:
    return {alert["name"] for alert in shop.json("alerts")["alerts"] if alert["state"] == "firing"}


def test_a_payment_service_that_cannot_start_burns_the_error_budget_within_a_minute(busy: Shop) -> None:
    eventually(lambda: not firing(busy), "nothing alerts", 90)
    busy.run("fault", "set", "payment-deployment", "crashes", "--for", "2m")
    eventually(lambda: "CheckoutErrorBudgetBurn" in firing(busy), "CheckoutErrorBudgetBurn fires", 60)
    busy.run("fault", "clear", "payment-deployment")
    eventually(lambda: bool(service(busy, "payment")["ready"]), "payment is back and ready", 30)


def test_after_all_that_the_books_are_right(busy: Shop) -> None:
    busy.run("load", "stop")
    report = json.loads(busy.run("audit", "--settle", "60s", "--json", check=False))
    assert report["orders"] > 50
    wrong = {key: report[key] for key in ("lost", "double_charged", "stock_difference", "stuck")}
    assert wrong == {"lost": 0, "double_charged": 0, "stock_difference": 0, "stuck": 0}


def test_a_killed_lab_leaves_no_process_and_no_fault(busy: Shop) -> None:
    busy.run("fault", "set", "payment-pool-exhaustion", "on", "--for", "5s")
    status = busy.json("status")
    pids = [each["pid"] for each in (*status["services"], status["store"])]
    os.kill(status["lab"]["pid"], signal.SIGKILL)
    eventually(lambda: not any(psutil.pid_exists(pid) for pid in pids), "all processes ended by themselves", 30)
    busy.up()
    in_force = [flag["key"] for flag in busy.json("fault", "list") if flag.get("in_force", "off") != "off"]
    assert in_force == []
    assert all(each["ready"] for each in busy.json("status")["services"])
