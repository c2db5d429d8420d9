"""Reading the books over HTTP, waiting for what is in processing."""

from typing import Any

import httpx
import pytest

from whodunit.audit.audit import audit
from whodunit.audit.books import Library
from whodunit.errors import LabError

URLS = {"order": "http://order", "gateway": "http://gateway", "inventory": "http://inventory"}


def order(number: int, status: str = "completed") -> dict[str, Any]:
    return {
        "id": f"order-{number}",
        "status": status,
        "total_cents": 100,
        "created_at": "2020-11-21T14:00:00Z",
        "items": [{"product_id": 1, "quantity": 1, "unit_price_cents": 100}],
    }


class Shop:
    """Three services' books; the second order needs some time."""

    def __init__(self, ends_after: int) -> None:
        self.asked_for_order = 0
        self.ends_after = ends_after

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=getattr(self, request.url.host)(request.url))

    def order(self, url: httpx.URL) -> Any:
        if url.path != "/audit":
            self.asked_for_order += 1
        second = order(2, "completed" if self.asked_for_order >= self.ends_after else "processing")
        if url.path == "/audit":
            pages = {"0": {"orders": [order(1)], "next": 1}, "1": {"orders": [second], "next": None}}
            return pages[url.params["after"]]
        return second

    def gateway(self, _: httpx.URL) -> Any:
        charges = [{"reference": f"order-{n}", "amount_cents": 100, "state": "captured"} for n in (1, 2)]
        return {"charges": charges, "next": None}

    def inventory(self, _: httpx.URL) -> Any:
        return {"products": [{"product_id": 1, "initial": 5, "available": 3, "reserved": 0, "sold": 2}]}


def library(shop: Any) -> Library:
    return Library(httpx.Client(transport=httpx.MockTransport(shop)), URLS)


def test_it_waits_for_orders_in_processing() -> None:
    slept: list[float] = []
    found = audit(library(Shop(ends_after=3)), settle_s=30, sleep=slept.append)
    assert found.as_json() == {"orders": 2, "lost": 0, "double_charged": 0, "stock_difference": 0, "stuck": 0}
    assert len(slept) == 3


def test_it_does_not_wait_for_ever() -> None:
    found = audit(library(Shop(ends_after=10_000)), settle_s=0, sleep=lambda _: None)
    assert (found.stuck, found.held) == (1, False)


def test_books_that_cannot_be_read_are_an_error() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there", request=request)

    with pytest.raises(LabError, match="books of order cannot be read") as raised:
        audit(library(refuse), settle_s=0)
    assert raised.value.exit_code == 3
