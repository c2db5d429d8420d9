"""What the frontend does not let others do."""

import httpx
import pytest

from services.frontend.pages.forms import local
from tests.unit.frontend.peers import PASSWORD, Peers

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/cart/items", "/api/cart/items", "/logout", "/login"])
async def test_posts_from_other_sites_are_refused(
    browser: httpx.AsyncClient, headers: dict[str, str], path: str
) -> None:
    answer = await browser.post(path, data={"product_id": "1"}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://shop"}, {}])
async def test_posts_from_here_are_served(browser: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await browser.post("/cart/items", data={"product_id": "1"}, headers=headers)
    assert answer.status_code == 200


async def test_links_from_other_sites_are_served(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\x00",
        "",
        None,
    ],
)
def test_nobody_is_sent_elsewhere(path: str | None) -> None:
    assert local(path) == "/"


@pytest.mark.parametrize("path", ["/", "/orders", "/products/1?from=list", "/?query=tea"])
def test_pages_of_the_shop_are_gone_to(path: str) -> None:
    assert local(path) == path


async def test_login_does_not_redirect_elsewhere(browser: httpx.AsyncClient) -> None:
    form = {"email": "ann@example.com", "password": PASSWORD, "next": "//evil.example/"}
    answer = await browser.post("/login", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = await browser.get("/login", params={"next": "https://evil.example"})
    assert "evil" not in page.text


async def test_cookie_that_was_tampered_with_is_nobody(ann: httpx.AsyncClient) -> None:
    cookie = ann.cookies["session"]
    ann.cookies.clear()
    for forged in (cookie[:-2] + "xx", "e30=." + cookie.split(".", 1)[1], "nonsense", ""):
        answer = await ann.get("/api/orders", headers={"Cookie": f"session={forged}"})
        assert answer.status_code == 401


async def test_login_leaves_no_password_in_the_cookie_or_the_logs(
    browser: httpx.AsyncClient, peers: Peers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="shop")
    peers.failing["user"] = 500
    answer = await browser.post("/api/session", json={"email": "ann@example.com", "password": PASSWORD})
    assert answer.status_code == 500
    assert PASSWORD not in answer.text + caplog.text


async def test_unexpected_failures_say_nothing_of_the_inside(browser: httpx.AsyncClient, peers: Peers) -> None:
    peers.failing["product-catalog"] = RuntimeError("secret detail")
    for path in ("/", "/api/products"):
        answer = await browser.get(path)
        assert answer.status_code == 500
        assert "secret detail" not in answer.text
