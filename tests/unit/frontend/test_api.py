"""The JSON API."""

import json

import httpx
import pytest

from tests.unit.frontend.peers import PASSWORD, Peers

pytestmark = pytest.mark.anyio

KEY = {"Idempotency-Key": "checkout-0001"}
CARD = {"card_number": "4242 4242 4242 4242"}


async def fill_cart(client: httpx.AsyncClient, product_id: int = 1, quantity: int = 2) -> None:
    """Put something in."""
    answer = await client.post("/api/cart/items", json={"product_id": product_id, "quantity": quantity})
    answer.raise_for_status()


async def test_lists_products_that_match(browser: httpx.AsyncClient) -> None:
    found = (await browser.get("/api/products", params={"query": "tea"})).json()
    assert [product["name"] for product in found["products"]] == ["Tea pot"]
    assert found["products"][0]["picture"] == "/pictures/1.svg"
    assert (found["total"], found["page"], found["page_size"]) == (1, 1, 24)


async def test_shows_product_recommendations_and_categories(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/api/products/1")).json()["price_cents"] == 2450
    related = (await browser.get("/api/products/1/recommendations")).json()["products"]
    assert [product["id"] for product in related] == [2]
    assert (await browser.get("/api/categories")).json()["categories"][0]["slug"] == "kitchen"


async def test_unknown_product_is_a_problem(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/api/products/99")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "There is no such product."


async def test_signs_up_logs_in_and_out(browser: httpx.AsyncClient) -> None:
    account = {"email": "new@example.com", "password": PASSWORD, "name": "New"}
    assert (await browser.post("/api/users", json=account)).status_code == 201
    assert (await browser.post("/api/users", json=account)).status_code == 409
    assert (await browser.get("/api/orders")).status_code == 401
    await browser.post("/api/session", json={"email": "new@example.com", "password": PASSWORD})
    assert (await browser.get("/api/orders")).json() == {"orders": []}
    assert (await browser.delete("/api/session")).status_code == 204
    assert (await browser.get("/api/orders")).status_code == 401


async def test_wrong_password_is_refused(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/api/session", json={"email": "ann@example.com", "password": "guess"})
    assert answer.status_code == 401


async def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/api/session", json={"email": "ann@example.com", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=604800" in cookie


async def test_cart_is_priced_by_the_catalogue(browser: httpx.AsyncClient, peers: Peers) -> None:
    await fill_cart(browser)
    peers.products[1]["price_cents"] = 3000
    cart = (await browser.get("/api/cart")).json()
    assert (cart["count"], cart["total_cents"]) == (2, 6000)
    await browser.delete("/api/cart/items/1")
    assert (await browser.get("/api/cart")).json()["count"] == 0


async def test_cart_takes_no_more_than_an_order_may_hold(browser: httpx.AsyncClient) -> None:
    await fill_cart(browser, quantity=20)
    answer = await browser.post("/api/cart/items", json={"product_id": 1})
    assert answer.status_code == 409
    assert (await browser.get("/api/cart")).json()["count"] == 20


async def test_unknown_product_does_not_get_into_the_cart(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/api/cart/items", json={"product_id": 99})).status_code == 404


async def test_checkout_orders_the_cart_and_empties_it(ann: httpx.AsyncClient, peers: Peers) -> None:
    await fill_cart(ann)
    answer = await ann.post("/api/checkout", json=CARD, headers=KEY)
    assert answer.status_code == 201
    order = answer.json()
    assert (order["user_id"], order["total_cents"], order["status"]) == (7, 4900, "completed")
    assert answer.headers["location"] == f"/api/orders/{order['id']}"
    assert (await ann.get("/api/cart")).json()["count"] == 0
    assert (await ann.get(f"/api/orders/{order['id']}")).json() == order
    assert (await ann.get("/api/orders")).json()["orders"] == [order]


async def test_checkout_that_takes_long_is_accepted(ann: httpx.AsyncClient, peers: Peers) -> None:
    peers.order_status = "processing"
    await fill_cart(ann)
    assert (await ann.post("/api/checkout", json=CARD, headers=KEY)).status_code == 202


async def test_same_checkout_twice_is_one_order(ann: httpx.AsyncClient, peers: Peers) -> None:
    await fill_cart(ann)
    before = "; ".join(f"{name}={value}" for name, value in ann.cookies.items())
    first = await ann.post("/api/checkout", json=CARD, headers=KEY)
    again = await ann.post("/api/checkout", json=CARD, headers=KEY)
    assert again.json() == first.json()
    ann.cookies.clear()
    as_if_at_once = await ann.post("/api/checkout", json=CARD, headers=KEY | {"Cookie": before})
    assert as_if_at_once.json() == first.json()
    assert len(peers.orders) == 1


async def test_checkout_needs_login_cart_card_and_key(
    browser: httpx.AsyncClient, ann: httpx.AsyncClient, peers: Peers
) -> None:
    assert (await ann.post("/api/checkout", json=CARD, headers=KEY)).status_code == 409
    await fill_cart(ann)
    assert (await ann.post("/api/checkout", json=CARD)).status_code == 422
    wrong_card = {"card_number": "4242424242424241"}
    assert (await ann.post("/api/checkout", json=wrong_card, headers=KEY)).status_code == 422
    browser.cookies.clear()
    await fill_cart(browser)
    assert (await browser.post("/api/checkout", json=CARD, headers=KEY)).status_code == 401
    assert peers.orders == {}


async def test_checkout_keeps_the_cart_when_the_order_is_unsure(ann: httpx.AsyncClient, peers: Peers) -> None:
    await fill_cart(ann)
    peers.failing["order"] = httpx.ReadTimeout("")
    assert (await ann.post("/api/checkout", json=CARD, headers=KEY)).status_code == 504
    del peers.failing["order"]
    assert (await ann.post("/api/checkout", json=CARD, headers=KEY)).status_code == 201


async def test_checkout_refuses_what_is_no_longer_sold(ann: httpx.AsyncClient, peers: Peers) -> None:
    await fill_cart(ann)
    await fill_cart(ann, product_id=2)
    del peers.products[2]
    answer = await ann.post("/api/checkout", json=CARD, headers=KEY)
    assert answer.status_code == 409
    assert "no longer sold" in answer.json()["detail"]


async def test_nobody_sees_the_order_of_another(ann: httpx.AsyncClient, peers: Peers) -> None:
    await fill_cart(ann)
    order = (await ann.post("/api/checkout", json=CARD, headers=KEY)).json()
    await ann.post("/api/session", json={"email": "bob@example.com", "password": PASSWORD})
    assert (await ann.get(f"/api/orders/{order['id']}")).status_code == 404
    await fill_cart(ann)
    assert (await ann.post("/api/checkout", json=CARD, headers=KEY)).status_code == 409


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (httpx.ReadTimeout(""), 504),
        (httpx.ConnectTimeout(""), 504),
        (httpx.ConnectError(""), 503),
        (500, 500),
        (503, 503),
        (504, 504),
        (501, 502),
        (418, 502),
        (429, 429),
    ],
)
async def test_a_failing_peer_is_told_apart(
    browser: httpx.AsyncClient, peers: Peers, failure: Exception | int, status: int
) -> None:
    peers.failing["product-catalog"] = failure
    answer = await browser.get("/api/products")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        f"/api/products/{10**30}",
        f"/api/products/{'9' * 5000}",
        "/api/products/0",
        f"/api/products?page={10**30}",
        "/api/products?page_size=61",
        "/api/products?query=%00",
        "/api/products?category=%C3%A4",
        "/api/orders/nonsense",
    ],
)
async def test_input_out_of_bounds_is_refused(browser: httpx.AsyncClient, peers: Peers, path: str) -> None:
    assert (await browser.get(path)).status_code == 422
    assert peers.asked == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("email", "\ud800@example.com"),
        ("email", "a\x00b@example.com"),
        ("email", "a" * 250 + "@b.cc"),
        ("email", "nobody"),
        ("name", ""),
        ("name", " "),
        ("name", "a\x00b"),
        ("password", "\ud800" * 10),
        ("password", "x" * 129),
    ],
)
async def test_text_out_of_bounds_is_refused(browser: httpx.AsyncClient, peers: Peers, field: str, text: str) -> None:
    account = {"email": "new@example.com", "password": PASSWORD, "name": "N"} | {field: text}
    answer = await browser.post("/api/users", content=json.dumps(account), headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert peers.asked == []
