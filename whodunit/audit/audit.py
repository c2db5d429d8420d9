"""Reads the books in an order that lets the shop go on meanwhile, and compares them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from whodunit.audit.books import PROCESSING, Books, Charge, Order, Product
from whodunit.audit.findings import Findings, compare

POLL_EVERY_S = 0.5


class Library(Protocol):
    """Reads the books of the services."""

    def orders(self) -> dict[str, Order]:
        """All orders by id."""
        ...

    def order(self, order_id: str) -> Order:
        """One order."""
        ...

    def charges(self) -> list[Charge]:
        """Everything in the gateway's books."""
        ...

    def products(self) -> list[Product]:
        """The stock of every product."""
        ...


def audit(library: Library, *, settle_s: float, sleep: Callable[[float], None] = time.sleep) -> Findings:
    """Wait up to `settle_s` for the orders that are in processing now, then compare the books."""
    return compare(read(library, settle_s=settle_s, sleep=sleep), datetime.now(UTC))


def read(library: Library, *, settle_s: float, sleep: Callable[[float], None] = time.sleep) -> Books:
    """The books, once the orders that are in processing now have ended or `settle_s` are over."""
    orders = _settled(library, library.orders(), settle_s, sleep)
    return Books(orders=orders, charges=library.charges(), products=library.products(), later_orders=library.orders())


def _settled(
    library: Library, orders: dict[str, Order], settle_s: float, sleep: Callable[[float], None]
) -> dict[str, Order]:
    deadline = time.monotonic() + settle_s
    open_ = [order.id for order in orders.values() if order.status == PROCESSING]
    while open_ and time.monotonic() < deadline:
        sleep(POLL_EVERY_S)
        orders |= {order_id: library.order(order_id) for order_id in open_}
        open_ = [order_id for order_id in open_ if orders[order_id].status == PROCESSING]
    return orders
