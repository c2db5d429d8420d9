"""The shop on a real node: it rolls out, breaks as its scenarios say, outlives its pods, and is updated under load."""

import json
from collections.abc import Callable, Iterator
from time import monotonic, sleep

import pytest

from manifests.description import Json
from tests.kubernetes.shop import NAMESPACE, Shop
from whodunit.outage.kubectl import Workload

pytestmark = pytest.mark.kubernetes

LOAD = ("--journey", "buy=3", "--journey", "browse=2", "--for", "30m")
PROVED = "checkout-hangs/gateway-slow"
"""A cause that a flag brings about: it stops and redeploys nothing."""

GOES_ON_WITHIN_S = 180.0
TOO_SLOW = " 504"
"""How an answer ends that a deadline cut short: by a busy machine, not by a pod that is gone."""


@pytest.fixture
def busy(shop: Shop) -> Iterator[Shop]:
    """Under load, which begins anew for each test."""
    shop.inside("whodunit", "load", "start", *LOAD)
    sold_on(shop, 10)
    yield shop
    shop.inside("whodunit", "load", "stop")


def test_it_rolls_out_and_the_lab_finds_every_program(shop: Shop) -> None:
    found = {each["name"]: each["state"] for each in (*shop.status()["services"], *shop.status()["backends"])}
    assert found.pop("grafana") == "left out"
    assert {name: state for name, state in found.items() if state != "ready"} == {}
    assert restarts(shop.pods()) == {}


@pytest.mark.parametrize("program", ["order", "payment"])
def test_the_books_are_right_after_a_pod_was_killed(busy: Shop, program: str) -> None:
    killed = busy.pods_of(program)
    busy.kubectl("delete", "pod", *killed, "--grace-period=0", "--force")
    eventually(lambda: bool(busy.pods_of(program) - killed), "another pod")
    busy.rolled_out(f"deployment/{program}")
    sold_on(busy, 30)
    busy.inside("whodunit", "load", "stop")
    books = json.loads(busy.inside("whodunit", "audit", "--settle", "60s", "--json"))
    wrong = {key: books[key] for key in ("lost", "double_charged", "stock_difference", "stuck")}
    assert wrong == {"lost": 0, "double_charged": 0, "stock_difference": 0, "stuck": 0}


@pytest.mark.parametrize("program", ["frontend", "product-catalog", "order"])
def test_an_update_loses_no_request(busy: Shop, program: str) -> None:
    busy.kubectl("rollout", "restart", f"deployment/{program}")
    busy.rolled_out(f"deployment/{program}")
    sold_on(busy, 30)
    assert {what: count for what, count in totals(busy)["errors"].items() if not what.endswith(TOO_SLOW)} == {}


def test_an_incident_is_proved_inside(shop: Shop) -> None:
    shop.inside("whodunit", "load", "stop")
    assert " passed in " in shop.inside("whodunit", "scenario", "verify", PROVED)


def test_an_outage_takes_a_program_away_and_has_it_run_with_a_setting(shop: Shop) -> None:
    collector = Workload(shop.shell, NAMESPACE, "otel-collector")
    collector.stop()
    assert shop.pods("--selector=app.kubernetes.io/name=otel-collector") == []
    collector.start()
    collector.up({"COLLECTOR_MEMORY_LIMIT_MIB": "8"})
    assert memory_limit(shop) == "8"
    collector.up({})
    assert memory_limit(shop) == "256"


def memory_limit(shop: Shop) -> str:
    """What the Collector's heap may take, as its pod says it."""
    [pod] = shop.pods("--selector=app.kubernetes.io/name=otel-collector")
    env = pod["spec"]["containers"][0]["env"]
    return next(str(each["value"]) for each in env if each["name"] == "COLLECTOR_MEMORY_LIMIT_MIB")


def totals(shop: Shop) -> Json:
    """What the load generator has counted since it began; nothing in its first moments."""
    stats = json.loads(shop.inside("whodunit", "load", "status", "--json"))["stats"]
    return dict(stats["total"]) if stats else {"orders": {}, "errors": {}}


def sold_on(shop: Shop, orders: int) -> None:
    """Wait for so many more orders to be completed."""
    wanted = completed(shop) + orders
    eventually(lambda: completed(shop) >= wanted, f"{orders} more orders")


def completed(shop: Shop) -> int:
    return int(totals(shop)["orders"].get("completed", 0))


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until it holds; fail with its name when it does not in time."""
    give_up_at = monotonic() + GOES_ON_WITHIN_S
    while not holds():
        assert monotonic() < give_up_at, f"{what}: not within {GOES_ON_WITHIN_S:g} s"
        sleep(1)


def restarts(pods: list[Json]) -> dict[str, int]:
    """How often each container was started again, of those that were."""
    found = ((each["name"], each["restartCount"]) for pod in pods for each in pod["status"]["containerStatuses"])
    return {name: count for name, count in found if count}
