"""Checkout and orders, used as a person does."""

import httpx
import pytest

from tests.unit.frontend.peers import Peers
from tests.unit.frontend.reading import CARD, Page, buy

pytestmark = pytest.mark.anyio


async def test_buying_ends_on_the_order_page(ann: httpx.AsyncClient) -> None:
    page = await buy(ann)
    assert page.url.path.startswith("/orders/")
    assert Page(page.text).heading == "Order 1000"
    assert "Your payment went through" in page.text
    assert "order.js" not in page.text
    listed = await ann.get("/orders")
    assert "No. 1000" in listed.text


async def test_order_page_follows_an_order_in_processing(ann: httpx.AsyncClient, peers: Peers) -> None:
    peers.order_status = "processing"
    page = Page((await buy(ann)).text)
    order_id = next(iter(peers.orders))
    assert ("script", "/static/order.js") in [(tag, (at.get("src") or "").split("?")[0]) for tag, at in page.tags]
    assert any(at.get("data-order") == f"/api/orders/{order_id}" for _, at in page.tags)
    assert any(at.get("aria-live") == "polite" for _, at in page.tags)
    assert '<noscript><meta http-equiv="refresh"' in page.html


async def test_pressing_pay_twice_orders_once(ann: httpx.AsyncClient, peers: Peers) -> None:
    await ann.post("/cart/items", data={"product_id": "1"})
    form = {"key": Page((await ann.get("/checkout")).text).fields["key"], "card_number": CARD}
    first = await ann.post("/checkout", data=form)
    again = await ann.post("/checkout", data=form)
    assert first.url == again.url
    assert len(peers.orders) == 1


async def test_unsure_order_can_be_sent_again_with_the_same_key(ann: httpx.AsyncClient, peers: Peers) -> None:
    peers.failing["order"] = httpx.ReadTimeout("")
    page = await buy(ann)
    assert page.status_code == 504
    assert "could not confirm your order" in page.text
    key = Page(page.text).fields["key"]
    del peers.failing["order"]
    await ann.post("/checkout", data={"key": key, "card_number": CARD})
    assert list(peers.orders_by_key) == [key]


async def test_wrong_card_number_is_told_beside_its_field(ann: httpx.AsyncClient, peers: Peers) -> None:
    page = await buy(ann, card="4242 4242 4242 4241")
    assert page.status_code == 422
    assert "This is not a card number." in page.text
    assert peers.orders == {}


async def test_failed_order_can_be_put_back_into_the_cart(ann: httpx.AsyncClient, peers: Peers) -> None:
    peers.order_status = "failed"
    page = await buy(ann, card="4000000000000002")
    assert "Reason: <span" in page.text
    assert "card declined" in page.text
    cart = await ann.post(f"{page.url.path}/again")
    assert cart.url.path == "/cart"
    assert "$49.00" in cart.text
