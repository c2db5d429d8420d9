"""What holds for every page: failures, structure, what it may load."""

import httpx
import pytest

from tests.unit.frontend.peers import Peers
from tests.unit.frontend.reading import Page, buy

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("failure", "status"), [(httpx.ReadTimeout(""), 504), (httpx.ConnectError(""), 503), (500, 500)]
)
async def test_failures_are_pages(
    browser: httpx.AsyncClient, peers: Peers, failure: Exception | int, status: int
) -> None:
    peers.failing["product-catalog"] = failure
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
    for path in ("/", "/products/1", "/cart", "/login", "/signup", "/orders", "/history", order.url.path):
        answer = await ann.get(path)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        page = Page(answer.text)
        addresses = [at.get(name) for _, at in page.tags for name in ("src", "href", "action") if at.get(name)]
        assert addresses
        assert [address for address in addresses if not (address or "").startswith(("/", "#"))] == []
        assert not [at for _, at in page.tags if "style" in at or any(name.startswith("on") for name in at)]


async def test_pages_are_accessible_by_their_structure(ann: httpx.AsyncClient) -> None:
    await ann.post("/cart/items", data={"product_id": "1"})
    for path in ("/", "/products/1", "/cart", "/checkout", "/login", "/signup", "/orders", "/history", "/nowhere"):
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
