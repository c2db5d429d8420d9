"""Product-catalog over HTTP."""

from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def read(client: httpx.AsyncClient, path: str, **params: str | int) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_first_page_shows_24_of_240_products(client: httpx.AsyncClient) -> None:
    page = await read(client, "/products")
    assert (page["total"], page["page"], page["page_size"]) == (240, 1, 24)
    assert [product["id"] for product in page["products"]] == list(range(1, 25))


async def test_pages_follow_each_other_and_end(client: httpx.AsyncClient) -> None:
    pages = [await read(client, "/products", page=page, page_size=100) for page in (1, 2, 3, 4)]
    assert [product["id"] for page in pages for product in page["products"]] == list(range(1, 241))
    assert pages[3]["products"] == []


@pytest.mark.parametrize(("query", "total"), [("enamel saucePAN", 3), ("SOLUTION is in a sealed", 3), ("100%", 0)])
async def test_search_looks_into_names_and_descriptions_whatever_the_case(
    client: httpx.AsyncClient, query: str, total: int
) -> None:
    assert (await read(client, "/products", query=query))["total"] == total


async def test_wildcards_of_like_stand_for_themselves(client: httpx.AsyncClient) -> None:
    assert [(await read(client, "/products", query=wildcard))["total"] for wildcard in ("%", "_")] == [0, 0]


async def test_a_category_narrows_the_list(client: httpx.AsyncClient) -> None:
    page = await read(client, "/products", category="garden", query="frost-proof", page_size=100)
    assert {product["category"] for product in page["products"]} == {"garden"}
    assert page["total"] == 3


async def test_categories_stand_in_order_with_their_counts(client: httpx.AsyncClient) -> None:
    categories = (await read(client, "/categories"))["categories"]
    assert categories[0] == {"slug": "kitchen", "name": "Kitchen", "products": 30}
    assert [category["products"] for category in categories] == [30] * 8


async def test_a_product(client: httpx.AsyncClient) -> None:
    assert await read(client, "/products/1") == {
        "id": 1,
        "name": "Enamel saucepan, 1 litre",
        "description": "Steel under glass enamel with a poured rim. Works on gas, induction and the campfire.",
        "category": "kitchen",
        "price_cents": 2490,
        "picture": "/pictures/1.svg",
    }


async def test_pictures_are_svg_differ_and_stay_the_same(client: httpx.AsyncClient) -> None:
    answers = [await client.get(f"/products/{product_id}/picture") for product_id in (1, 1, 9)]
    assert {answer.headers["content-type"] for answer in answers} == {"image/svg+xml"}
    assert answers[0].headers["cache-control"] == "public, max-age=86400"
    assert answers[0].text == answers[1].text != answers[2].text
    assert ET.fromstring(answers[0].text).attrib["aria-label"] == "Enamel saucepan, 1 litre"


@pytest.mark.parametrize("path", ["/products/241", "/products/241/picture"])
async def test_an_unknown_product_is_a_problem(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "/products?page=0",
        f"/products?page={10**30}",
        "/products?page_size=101",
        "/products?query=%00",
        f"/products?query={'x' * 101}",
        "/products?category=No%20such",
        f"/products/{10**30}",
        "/products/0/picture",
    ],
)
async def test_what_cannot_be_meant_is_refused(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 422
