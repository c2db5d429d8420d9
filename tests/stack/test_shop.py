"""The shop behind the one entry, on PostgreSQL: an order from the list of products to `completed`."""

from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.stack.harness.stack import NativeStack

pytestmark = pytest.mark.stack

COMPLETED_WITHIN_S = 15.0
SHOPPER = {"email": "shopper042@example.com", "password": "open-sesame-please"}


@pytest.fixture
def visitor(stack: NativeStack) -> Iterator[httpx.Client]:
    """Somebody with a browser's cookies."""
    with httpx.Client(base_url=stack.entry_url, timeout=10, trust_env=False) as client:
        yield client


def order_something(visitor: httpx.Client) -> dict[str, Any]:
    product = visitor.get("/api/products").raise_for_status().json()["products"][0]
    visitor.post("/api/session", json=SHOPPER).raise_for_status()
    visitor.post("/api/cart/items", json={"product_id": product["id"], "quantity": 1}).raise_for_status()
    key, card = {"Idempotency-Key": str(uuid4())}, {"card_number": "4242424242424242"}
    order: dict[str, Any] = visitor.post("/api/checkout", json=card, headers=key).raise_for_status().json()
    return order


def test_an_order_is_completed(visitor: httpx.Client) -> None:
    order = order_something(visitor)
    give_up_at = monotonic() + COMPLETED_WITHIN_S
    while order["status"] == "processing" and monotonic() < give_up_at:
        sleep(0.2)
        order = visitor.get(f"/api/orders/{order['id']}").raise_for_status().json()
    assert order["status"] == "completed"


@pytest.mark.parametrize(
    "path", ["/", "/prometheus/api/v1/labels", "/jaeger/api/services", "{logs}", "/lab/healthz", "/load/"]
)
def test_everything_answers_at_one_address(path: str, visitor: httpx.Client, stack: NativeStack) -> None:
    path = path.format(logs={"loki": "/loki/api/v1/labels", "store": "/store/stats"}[stack.log_store])
    assert visitor.get(path, follow_redirects=True).status_code == 200
