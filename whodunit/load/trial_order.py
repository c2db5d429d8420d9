"""Places an order as a customer would: the shortest proof that the whole shop works."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from whodunit.errors import LabError
from whodunit.load.shopper import GOOD_CARD, PASSWORD, PRODUCTS, email

ACCOUNT = 500
"""The last of the seeded accounts: the load generator does not buy with it."""

ANSWER_WITHIN_S = 20.0
END_WITHIN_S = 30.0
POLL_EVERY_S = 0.1

Json = dict[str, Any]


@dataclass(frozen=True)
class TrialOrder:
    """An order that was completed, and how long that took from the checkout on."""

    number: int
    seconds: float


def place(shop_url: str, *, transport: httpx.BaseTransport | None = None) -> TrialOrder:
    """Log in, fill the cart, check out, wait for the order's end. Raises LabError when that is not `completed`."""
    with httpx.Client(base_url=shop_url, timeout=ANSWER_WITHIN_S, trust_env=False, transport=transport) as http:
        _ask(http, "POST", "/api/session", {"email": email(ACCOUNT), "password": PASSWORD})
        _ask(http, "POST", "/api/cart/items", {"product_id": PRODUCTS.start})
        begun = time.monotonic()
        order = _ended(http, _ask(http, "POST", "/api/checkout", {"card_number": GOOD_CARD}, str(uuid4())))
    if order["status"] != "completed":
        raise _failed(f"order {order['number']} is {order['status']}")
    return TrialOrder(order["number"], time.monotonic() - begun)


def _ended(http: httpx.Client, order: Json, now: Callable[[], float] = time.monotonic) -> Json:
    give_up_at = now() + END_WITHIN_S
    while order["status"] == "processing" and now() < give_up_at:
        time.sleep(POLL_EVERY_S)
        order = _ask(http, "GET", f"/api/orders/{order['id']}")
    return order


def _ask(http: httpx.Client, method: str, path: str, body: Json | None = None, key: str | None = None) -> Json:
    headers = {"Idempotency-Key": key} if key else None
    try:
        answer = http.request(method, path, json=body, headers=headers)
        document: Json = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise _failed(f"{method} {path}: {error}") from error
    return document


def _failed(why: str) -> LabError:
    return LabError(f"An order did not go through: {why}.", "See what is wrong: whodunit status")
