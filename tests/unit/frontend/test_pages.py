"""The pages, used as a person does: links, forms, redirects."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from tests.unit.frontend.conftest import signed
from tests.unit.frontend.neighbours import PASSWORD, Neighbours

pytestmark = pytest.mark.anyio

CARD = "4242424242424242"


class Page(HTMLParser):
    """What the tests look at on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.fields: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect tags and the hidden fields of forms."""
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "input" and attributes.get("type") == "hidden":
            self.fields[attributes["name"] or ""] = attributes["value"] or ""

    @property
    def heading(self) -> str:
        """The text of the first heading."""
        found = re.search(r"<h1>(.*?)</h1>", self.html, re.DOTALL)
        return found[1].strip() if found else ""

    @property
    def message(self) -> str:
        """What the page was left to say."""
        found = re.search(r'class="message" role="status">(.*?)</p>', self.html)
        return found[1] if found else ""


async def buy(client: httpx.AsyncClient, card: str = CARD) -> httpx.Response:
    """Product page to order page."""
    await client.post("/cart/items", data={"product_id": "1", "quantity": "2"})
    key = Page((await client.get("/checkout")).text).fields["key"]
    return await client.post("/checkout", data={"key": key, "card_number": card})


async def test_list_offers_departments_search_and_products(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    assert "Tea pot" in page.text
    assert "$1,234.00" in page.text
    assert 'href="/?category=kitchen"' in page.text
    found = await browser.get("/", params={"query": "tea"})
    assert Page(found.text).heading == "Results for “tea”"
    assert "1 product" in found.text
    assert "Lamp" not in found.text


async def test_what_products_and_visitors_write_is_shown_as_text(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/", params={"query": "<b>"})
    assert "Lamp &lt;b&gt;" in page.text
    assert "“&lt;b&gt;”" in page.text
    assert "<b>" not in page.text


async def test_long_lists_have_pages(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    for number in range(3, 60):
        neighbours.products[number] = neighbours.products[1] | {"id": number}
    page = await browser.get("/", params={"query": "tea pot", "page": 2})
    assert "Page 2 of 3" in page.text
    assert 'rel="next" href="/?query=tea+pot&amp;page=3"' in page.text


async def test_product_page_goes_without_recommendations(
    browser: httpx.AsyncClient, neighbours: Neighbours, caplog: pytest.LogCaptureFixture
) -> None:
    assert "Goes well with it" in (await browser.get("/products/1")).text
    neighbours.failing["recommendation"] = httpx.ConnectError("")
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


async def test_buying_ends_on_the_order_page(ann: httpx.AsyncClient) -> None:
    page = await buy(ann)
    assert page.url.path.startswith("/orders/")
    assert Page(page.text).heading == "Order 1000"
    assert "Your payment went through" in page.text
    assert "order.js" not in page.text
    listed = await ann.get("/orders")
    assert "No. 1000" in listed.text


async def test_order_page_follows_an_order_in_processing(ann: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.order_status = "processing"
    page = Page((await buy(ann)).text)
    order_id = next(iter(neighbours.orders))
    assert ("script", "/static/order.js") in [(tag, (at.get("src") or "").split("?")[0]) for tag, at in page.tags]
    assert any(at.get("data-order") == f"/api/orders/{order_id}" for _, at in page.tags)
    assert any(at.get("aria-live") == "polite" for _, at in page.tags)
    assert '<noscript><meta http-equiv="refresh"' in page.html


async def test_pressing_pay_twice_orders_once(ann: httpx.AsyncClient, neighbours: Neighbours) -> None:
    await ann.post("/cart/items", data={"product_id": "1"})
    form = {"key": Page((await ann.get("/checkout")).text).fields["key"], "card_number": CARD}
    first = await ann.post("/checkout", data=form)
    again = await ann.post("/checkout", data=form)
    assert first.url == again.url
    assert len(neighbours.orders) == 1


async def test_unsure_order_can_be_sent_again_with_the_same_key(ann: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.failing["order"] = httpx.ReadTimeout("")
    page = await buy(ann)
    assert page.status_code == 504
    assert "could not confirm your order" in page.text
    key = Page(page.text).fields["key"]
    del neighbours.failing["order"]
    await ann.post("/checkout", data={"key": key, "card_number": CARD})
    assert list(neighbours.orders_by_key) == [key]


async def test_wrong_card_number_is_told_beside_its_field(ann: httpx.AsyncClient, neighbours: Neighbours) -> None:
    page = await buy(ann, card="4242 4242 4242 4241")
    assert page.status_code == 422
    assert "This is not a card number." in page.text
    assert neighbours.orders == {}


async def test_failed_order_can_be_put_back_into_the_cart(ann: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.order_status = "failed"
    page = await buy(ann, card="4000000000000002")
    assert "Reason: <span" in page.text
    assert "card declined" in page.text
    cart = await ann.post(f"{page.url.path}/again")
    assert cart.url.path == "/cart"
    assert "$49.00" in cart.text


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


async def test_sign_up_tells_what_is_wrong(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    page = await browser.post("/signup", data={"email": "nobody", "password": "short", "name": ""})
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') == 3
    assert neighbours.asked == []


async def test_session_that_has_expired_says_so(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    browser.cookies["session"] = signed({"token": neighbours.access_token(7, expires_in_s=-1)})
    page = await browser.get("/orders")
    assert (page.url.path, Page(page.text).message) == (
        "/login",
        "Your session has ended. Please log in again.",
    )


async def test_login_outlives_the_token_service(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    browser.cookies["session"] = signed({"token": neighbours.access_token(7)})
    neighbours.failing["token"] = httpx.ConnectError("")
    assert (await browser.get("/")).status_code == 200
    assert (await browser.get("/orders")).status_code == 503
    neighbours.failing.clear()
    assert (await browser.get("/orders")).status_code == 200


@pytest.mark.parametrize(
    ("failure", "status"), [(httpx.ReadTimeout(""), 504), (httpx.ConnectError(""), 503), (500, 500)]
)
async def test_failures_are_pages(
    browser: httpx.AsyncClient, neighbours: Neighbours, failure: Exception | int, status: int
) -> None:
    neighbours.failing["product-catalog"] = failure
    page = await browser.get("/")
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert f">{status}</p>" in page.text
    assert "Back to the shop" in page.text


async def test_unknown_paths_and_bad_addresses_are_pages(browser: httpx.AsyncClient) -> None:
    for path, status in [("/nowhere", 404), ("/products/99", 404), ("/products/x", 422), ("/?page=0", 422)]:
        page = await browser.get(path)
        assert (page.status_code, page.headers["content-type"].split(";")[0]) == (status, "text/html")


async def test_pictures_and_static_files(browser: httpx.AsyncClient) -> None:
    picture = await browser.get("/pictures/1.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "public, max-age=86400"
    assert (await browser.get("/pictures/99.svg")).status_code == 404
    for name in ("shop.css", "order.js", "orders.js", "mark.svg"):
        assert (await browser.get(f"/static/{name}")).status_code == 200


async def test_pages_fetch_nothing_from_elsewhere_and_allow_no_inline_script(ann: httpx.AsyncClient) -> None:
    order = await buy(ann)
    for path in ("/", "/products/1", "/cart", "/login", "/signup", "/orders", order.url.path):
        answer = await ann.get(path)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        page = Page(answer.text)
        addresses = [at.get(name) for _, at in page.tags for name in ("src", "href", "action") if at.get(name)]
        assert addresses
        assert [address for address in addresses if not (address or "").startswith(("/", "#"))] == []
        assert not [at for _, at in page.tags if "style" in at or any(name.startswith("on") for name in at)]


async def test_pages_are_accessible_by_their_structure(ann: httpx.AsyncClient) -> None:
    await ann.post("/cart/items", data={"product_id": "1"})
    for path in ("/", "/products/1", "/cart", "/checkout", "/login", "/signup", "/orders", "/nowhere"):
        page = Page((await ann.get(path)).text)
        names = [tag for tag, _ in page.tags]
        assert names.count("h1") == 1, path
        assert ("html", {"lang": "en"}) in page.tags
        assert {"header", "nav", "main", "footer"} <= set(names)
        assert all("alt" in at for tag, at in page.tags if tag == "img"), path
        labelled = {at.get("for") for tag, at in page.tags if tag == "label"}
        inputs = [at for tag, at in page.tags if tag in {"input", "select"} and at.get("type") != "hidden"]
        assert all(at.get("id") in labelled for at in inputs), path
        ids = [at["id"] for _, at in page.tags if "id" in at]
        assert len(ids) == len(set(ids)), path


@pytest.mark.parametrize("path", ["/cart/items", "/cart/items/1", "/checkout", "/login", "/signup"])
@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/x-www-form-urlencoded", b"product_id=%00&quantity=-1&email=%00%ff&key=%00"),
        ("application/x-www-form-urlencoded", b"product_id=" + b"9" * 5000),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data", b""),
        ("application/json", b"{"),
        ("text/plain", b"\xff\xfe"),
    ],
)
async def test_malformed_forms_are_the_visitors_mistake(
    ann: httpx.AsyncClient, path: str, content_type: str, content: bytes
) -> None:
    answer = await ann.post(path, content=content, headers={"content-type": content_type})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("text/html")
