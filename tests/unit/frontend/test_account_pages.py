"""Sign-up, login and logout, used as a person does."""

import httpx
import pytest

from tests.unit.frontend.conftest import signed
from tests.unit.frontend.peers import PASSWORD, Peers
from tests.unit.frontend.reading import Page

pytestmark = pytest.mark.anyio


async def test_checkout_asks_to_log_in_and_comes_back(browser: httpx.AsyncClient) -> None:
    await browser.post("/cart/items", data={"product_id": "1"})
    page = await browser.get("/checkout")
    assert (page.url.path, Page(page.text).fields["next"]) == ("/login", "/checkout")
    form = {"email": "ann@example.com", "password": PASSWORD, "next": "/checkout"}
    page = await browser.post("/login", data=form)
    assert (page.url.path, Page(page.text).message) == ("/checkout", "Welcome, Ann.")


async def test_wrong_password_keeps_the_address_only(browser: httpx.AsyncClient) -> None:
    page = await browser.post("/login", data={"email": "ann@example.com", "password": "guess-guess"})
    assert page.status_code == 401
    assert 'value="ann@example.com"' in page.text
    assert "guess-guess" not in page.text


async def test_sign_up_logs_in(browser: httpx.AsyncClient) -> None:
    form = {"email": "new@example.com", "password": PASSWORD, "name": "New", "next": "/orders"}
    page = await browser.post("/signup", data=form)
    assert (page.url.path, Page(page.text).heading) == ("/orders", "My orders")
    page = await browser.post("/logout")
    assert "Log in" in page.text
    page = await browser.post("/signup", data=form)
    assert page.status_code == 409
    assert "account with this address already" in page.text


async def test_sign_up_tells_what_is_wrong(browser: httpx.AsyncClient, peers: Peers) -> None:
    page = await browser.post("/signup", data={"email": "nobody", "password": "short", "name": ""})
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') == 3
    assert peers.asked == []


async def test_session_that_has_expired_says_so(browser: httpx.AsyncClient, peers: Peers) -> None:
    browser.cookies["session"] = signed({"token": peers.access_token(7, expires_in_s=-1)})
    page = await browser.get("/orders")
    assert (page.url.path, Page(page.text).message) == (
        "/login",
        "Your session has ended. Please log in again.",
    )


async def test_who_is_suspended_is_logged_in_and_may_not_order(browser: httpx.AsyncClient, peers: Peers) -> None:
    peers.suspended.add(7)
    page = await browser.post("/login", data={"email": "ann@example.com", "password": PASSWORD, "next": "/orders"})
    assert (page.status_code, page.url.path) == (401, "/orders")
    assert "You are logged in, but" in page.text
    assert "Log out" in (await browser.get("/")).text
    refused = await browser.get("/api/orders")
    assert (refused.status_code, refused.json()["detail"]) == (
        401,
        "You are logged in, but without the right to order.",
    )


async def test_login_outlives_the_token_service(browser: httpx.AsyncClient, peers: Peers) -> None:
    browser.cookies["session"] = signed({"token": peers.access_token(7)})
    peers.failing["token"] = httpx.ConnectError("")
    assert (await browser.get("/")).status_code == 200
    assert (await browser.get("/orders")).status_code == 503
    peers.failing.clear()
    assert (await browser.get("/orders")).status_code == 200
