"""The books held against each other, with each thing that can be wrong in them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from whodunit.audit.books import Books, Charge, Order, Product
from whodunit.audit.findings import Findings, compare

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
DONE = Order("done", "completed", 500, NOW - timedelta(minutes=5), {1: 2})
FAILED = Order("failed", "failed", 300, NOW - timedelta(minutes=5), {1: 1})
OPEN = Order("open", "processing", 100, NOW - timedelta(seconds=5), {2: 1})
ORDERS = {order.id: order for order in (DONE, FAILED, OPEN)}
PAID = Charge("done", 500, captured=True)
SHELVES = (Product(1, 10, 8, 0, 2), Product(2, 10, 9, 1, 0))
GOOD = Books(ORDERS, [PAID], SHELVES, ORDERS)


def findings(**wrong: Any) -> Findings:
    return compare(replace(GOOD, **wrong), NOW)


def test_good_books_hold() -> None:
    assert findings() == Findings(orders=3, lost=0, double_charged=0, stock_difference=0, stuck=0)
    assert findings().held


@pytest.mark.parametrize(
    ("charges", "lost", "double_charged"),
    [
        ([], 1, 0),
        ([replace(PAID, captured=False)], 1, 0),
        ([replace(PAID, amount_cents=499)], 1, 0),
        ([PAID, PAID], 0, 1),
        ([PAID, Charge("failed", 300, captured=True)], 1, 0),
        ([PAID, Charge("failed", 300, captured=False)], 0, 0),
        ([PAID, Charge("open", 100, captured=True)], 0, 0),
        ([PAID, Charge("nobody knows", 300, captured=True)], 1, 0),
    ],
)
def test_money_where_it_should_not_be_is_found(charges: list[Charge], lost: int, double_charged: int) -> None:
    found = findings(charges=charges)
    assert (found.lost, found.double_charged) == (lost, double_charged)
    assert found.held == (lost == double_charged == 0)


@pytest.mark.parametrize(
    ("product", "difference"),
    [
        (Product(1, 10, 7, 0, 2), 1),
        (Product(1, 10, 7, 0, 3), 1),
        (Product(1, 10, 9, 0, 1), 1),
        (Product(1, 10, 7, 1, 2), 1),
    ],
)
def test_stock_that_leaked_is_found(product: Product, difference: int) -> None:
    assert findings(products=(product, SHELVES[1])).stock_difference == difference


def test_an_open_order_may_have_its_goods_anywhere() -> None:
    for product in (Product(2, 10, 10, 0, 0), Product(2, 10, 9, 1, 0), Product(2, 10, 9, 0, 1)):
        assert findings(products=(SHELVES[0], product)).held


def test_an_order_taken_while_the_books_were_read_is_no_surprise() -> None:
    new = Order("new", "completed", 700, NOW, {1: 1})
    assert findings(
        later_orders=ORDERS | {"new": new},
        charges=[PAID, Charge("new", 700, captured=True)],
        products=(Product(1, 10, 7, 0, 3), SHELVES[1]),
    ) == Findings(orders=4, lost=0, double_charged=0, stock_difference=0, stuck=0)


def test_an_order_in_processing_for_too_long_is_stuck() -> None:
    old = replace(OPEN, created_at=NOW - timedelta(seconds=61))
    found = findings(orders=ORDERS | {"open": old})
    assert (found.stuck, found.held) == (1, False)
