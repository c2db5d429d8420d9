"""The books of order, gateway and inventory, read over HTTP while the shop is open."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from whodunit.errors import LabError

Json = dict[str, Any]

PROCESSING = "processing"
COMPLETED = "completed"


@dataclass(frozen=True)
class Order:
    """An order; `quantities` by product id."""

    id: str
    status: str
    total_cents: int
    created_at: datetime
    quantities: Mapping[int, int]


@dataclass(frozen=True)
class Charge:
    """A charge at the gateway; `reference` is the order it was made for."""

    reference: str
    amount_cents: int
    captured: bool


@dataclass(frozen=True)
class Product:
    """A product's stock: the initial pieces, and where they are now."""

    id: int
    initial: int
    available: int
    reserved: int
    sold: int


@dataclass(frozen=True)
class Books:
    """The shop's books.

    The shop goes on while they are read: `orders` stand as they did before the other books were read, and
    `later_orders` were read last.
    """

    orders: Mapping[str, Order]
    charges: Iterable[Charge]
    products: Iterable[Product]
    later_orders: Mapping[str, Order]


class Library:
    """Reads the books; `urls` are the services' addresses by name. Raises LabError when one does not answer."""

    def __init__(self, http: httpx.Client, urls: Mapping[str, str]) -> None:
        self._http = http
        self._urls = urls

    def pages(self, service: str, what: str) -> Iterator[Json]:
        """The entries of a service's books as it tells them, oldest first."""
        after: int | None = 0
        while after is not None:
            page = self._get(service, "/audit", {"after": after})
            yield from page[what]
            after = page["next"]

    def orders(self) -> dict[str, Order]:
        """All orders by id."""
        return {each["id"]: _order(each) for each in self.pages("order", "orders")}

    def order(self, order_id: str) -> Order:
        """One order."""
        return _order(self._get("order", f"/orders/{order_id}"))

    def charges(self) -> list[Charge]:
        """Everything in the gateway's books."""
        return [
            Charge(each["reference"], each["amount_cents"], each["state"] == "captured")
            for each in self.pages("gateway", "charges")
        ]

    def products(self) -> list[Product]:
        """The stock of every product."""
        names = ("initial", "available", "reserved", "sold")
        products = self._get("inventory", "/audit")["products"]
        return [Product(each["product_id"], **{name: each[name] for name in names}) for each in products]

    def _get(self, service: str, path: str, parameters: dict[str, int] | None = None) -> Json:
        try:
            answer = self._http.get(self._urls[service] + path, params=parameters)
            document: Json = answer.raise_for_status().json()
        except (httpx.HTTPError, KeyError) as error:
            hint = f"See its state: whodunit status, or logs/{service}.log in the state folder."
            raise LabError(f"The books of {service} cannot be read: {error}.", hint) from error
        return document


def _order(document: Json) -> Order:
    return Order(
        id=document["id"],
        status=document["status"],
        total_cents=document["total_cents"],
        created_at=datetime.fromisoformat(document["created_at"]),
        quantities={item["product_id"]: item["quantity"] for item in document["items"]},
    )
