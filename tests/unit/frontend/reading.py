"""Reading pages, and the way to an order that several tests go."""

import re
from html.parser import HTMLParser

import httpx

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
