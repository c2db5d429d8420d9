"""List, product and cart, used as a person does."""

import httpx
import pytest

from tests.unit.frontend.peers import Peers
from tests.unit.frontend.reading import Page

pytestmark = pytest.mark.anyio


async def test_list_offers_departments_search_and_products(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    assert "Tea pot" in page.text
    assert "$1,234.00" in page.text
    assert 'href="/?category=kitchen"' in page.text
    found = await browser.get("/", params={"query": "tea"})
    assert Page(found.text).heading == "Results for “tea”"
    assert "1 product" in found.text
    assert "Lamp" not in found.text


async def test_a_list_shows_what_customers_think_once_there_is_a_review(browser: httpx.AsyncClient) -> None:
    assert "★ 4.3 · 2,310 reviews" in (await browser.get("/", params={"query": "tea"})).text
    assert "reviews" not in (await browser.get("/", params={"query": "lamp"})).text
    ratings = {each["id"]: each["rating"] for each in (await browser.get("/api/products")).json()["products"]}
    assert ratings == {1: {"stars": 4.3, "reviews": 2310}, 2: None}


async def test_what_products_and_visitors_write_is_shown_as_text(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/", params={"query": "<b>"})
    assert "Lamp &lt;b&gt;" in page.text
    assert "“&lt;b&gt;”" in page.text
    assert "<b>" not in page.text


async def test_long_lists_have_pages(browser: httpx.AsyncClient, peers: Peers) -> None:
    for number in range(3, 60):
        peers.products[number] = peers.products[1] | {"id": number}
    page = await browser.get("/", params={"query": "tea pot", "page": 2})
    assert "Page 2 of 3" in page.text
    assert 'rel="next" href="/?query=tea+pot&amp;page=3"' in page.text


async def test_product_page_goes_without_recommendations(
    browser: httpx.AsyncClient, peers: Peers, caplog: pytest.LogCaptureFixture
) -> None:
    assert "Goes well with it" in (await browser.get("/products/1")).text
    peers.failing["recommendation"] = httpx.ConnectError("")
    page = await browser.get("/products/1")
    assert page.status_code == 200
    assert Page(page.text).heading == "Tea pot"
    assert "Goes well with it" not in page.text
    assert "Recommendation service did not answer, showing no recommendations." in caplog.text


async def test_cart_is_changed_by_forms(browser: httpx.AsyncClient) -> None:
    page = await browser.post("/cart/items", data={"product_id": "1", "quantity": "2"})
    assert (page.url.path, Page(page.text).message) == ("/cart", "Tea pot is in your cart.")
    assert "$49.00" in page.text
    page = await browser.post("/cart/items/1", data={"quantity": "3"})
    assert "$73.50" in page.text
    page = await browser.post("/cart/items/1", data={"quantity": "0"})
    assert "There is nothing in it yet." in page.text


async def test_message_is_shown_once(browser: httpx.AsyncClient) -> None:
    page = await browser.post("/cart/items", data={"product_id": "1"})
    assert Page(page.text).message
    assert not Page((await browser.get("/cart")).text).message
