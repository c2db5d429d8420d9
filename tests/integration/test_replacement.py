"""A folder in place of inventory, in a shop that sells: what is instrumented there is seen in the order's trace."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from bench.shop import Shop, open_shop
from whodunit.errors import WRONG_USE
from whodunit.exercise.catalogue import exercise
from whodunit.load import trial_order

pytestmark = pytest.mark.lite

INVENTORY = exercise("instrument-inventory")
OF_ORDERS = """SELECT DISTINCT name FROM spans WHERE service = '{service}'
    AND trace_id IN (SELECT trace_id FROM spans WHERE name = 'process order')"""
COUNTED = "SELECT sum(value) FROM metrics WHERE name = 'shop.inventory.reservations'"
WITHIN_S = 60.0


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


def spans_of(shop: Shop, service: str) -> set[str]:
    """Names of a service's spans in the traces of orders."""
    return {name for (name,) in shop.json("sql", OF_ORDERS.format(service=service))["rows"]}


def until(holds: Callable[[], bool], what: str) -> None:
    give_up_at = monotonic() + WITHIN_S
    while not holds():
        assert monotonic() < give_up_at, what
        sleep(0.2)


def sold_by(shop: Shop, folder: Path) -> None:
    """Open the shop with the folder in place of inventory, and have it sell; the books have to agree.

    What was sold before by one that tells nothing has left nothing.
    """
    shop.run("up", "--json", "--replace", f"inventory={folder}")
    status = shop.json("status")
    assert status["replaced"] == {"inventory": str(folder)}
    assert spans_of(shop, "inventory") == set()
    trial_order.place(next(each["url"] for each in status["services"] if each["name"] == "frontend"))
    until(lambda: "process order" in spans_of(shop, "order"), "order tells what it does")
    shop.run("audit")


def test_orders_go_through_what_tells_nothing_and_through_what_is_instrumented(shop: Shop, tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTORY.app, tmp_path / "mine")
    sold_by(shop, folder)
    shop.down()
    shutil.copytree(INVENTORY.solution, folder, dirs_exist_ok=True)
    sold_by(shop, folder)
    wanted = {"POST /reservations", "POST /reservations/{order_id}/commit"}
    until(lambda: wanted <= spans_of(shop, "inventory"), "the order's trace goes through inventory")
    until(lambda: shop.json("sql", COUNTED)["rows"] == [[1.0]], "its reservation is counted")
    assert shop.process("up", "--replace", f"inventory={folder}").returncode == WRONG_USE
