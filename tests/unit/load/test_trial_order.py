"""Buying something as any customer would."""

import json
from typing import Any

import httpx
import pytest

from whodunit.errors import LabError
from whodunit.load.trial_order import place


class Shop:
    """Takes an order that needs some looks to end."""

    def __init__(self, end: str = "completed", looks: int = 2, broken: str = "") -> None:
        self.asked: list[str] = []
        self._end, self._looks, self._broken = end, looks, broken

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if request.url.path == self._broken:
            return httpx.Response(503, json={})
        return httpx.Response(200, json=self._answer(request))

    def _answer(self, request: httpx.Request) -> Any:
        if request.url.path == "/api/checkout":
            assert request.headers["idempotency-key"]
            assert json.loads(request.content)["card_number"]
        ended = self.asked.count("GET /api/orders/7") >= self._looks
        return {"id": "7", "number": 41, "status": self._end if ended else "processing"}


def test_an_order_is_followed_to_its_end() -> None:
    shop = Shop()
    order = place("http://shop", transport=httpx.MockTransport(shop))
    assert (order.number, order.seconds > 0) == (41, True)
    assert shop.asked == [
        "POST /api/session",
        "POST /api/cart/items",
        "POST /api/checkout",
        "GET /api/orders/7",
        "GET /api/orders/7",
    ]


def test_an_order_that_failed_is_told() -> None:
    with pytest.raises(LabError, match="order 41 is failed"):
        place("http://shop", transport=httpx.MockTransport(Shop("failed", 0)))


@pytest.mark.parametrize("path", ["/api/session", "/api/cart/items", "/api/checkout", "/api/orders/7"])
def test_whatever_is_broken_is_told(path: str) -> None:
    with pytest.raises(LabError, match=f"{path}: .*503"):
        place("http://shop", transport=httpx.MockTransport(Shop(broken=path)))
