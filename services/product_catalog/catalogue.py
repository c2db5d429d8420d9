"""The shop's products: 8 categories, 10 products in each, every product in three makes.

Ids go round the categories, so that the first page of the shop shows a little of everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import chain

MAKES = 3


@dataclass(frozen=True)
class Category:
    """One shelf of the shop."""

    slug: str
    name: str


@dataclass(frozen=True)
class Product:
    """One thing for sale."""

    id: int
    name: str
    description: str
    category: str
    price_cents: int


@dataclass(frozen=True)
class Line:
    """A product in its makes (sizes, colours, materials), cheapest first."""

    name: str
    price_cents: int
    makes: tuple[str, ...]
    description: str

    def product(self, product_id: int, category: str, make: int) -> Product:
        """The product in one of its makes; each make costs a fifth more than the one before."""
        price_cents = self.price_cents + make * (self.price_cents // 500) * 100
        return Product(product_id, f"{self.name}, {self.makes[make]}", self.description, category, price_cents)


CATEGORIES = (
    Category("kitchen", "Kitchen"),
    Category("garden", "Garden"),
    Category("lighting", "Lighting"),
    Category("stationery", "Stationery"),
    Category("outdoors", "Outdoors"),
    Category("games", "Games & puzzles"),
    Category("bed-and-bath", "Bed & bath"),
    Category("workshop", "Workshop"),
)


def products() -> Iterator[Product]:
    """Every product, by id from 1 to 240."""
    shelves = [_shelf(category.slug) for category in CATEGORIES]
    places = enumerate(chain.from_iterable(zip(*shelves, strict=True)), start=1)
    return (line.product(product_id, slug, make) for product_id, (slug, line, make) in places)


def _shelf(slug: str) -> list[tuple[str, Line, int]]:
    return [(slug, line, make) for make in range(MAKES) for line in lines(slug)]


def lines(slug: str) -> list[Line]:
    """The ten lines of a category, from its list beside this file."""
    text = (resources.files(__package__) / "lists" / f"{slug}.txt").read_text(encoding="utf-8")
    return [_line(row) for row in text.splitlines() if row]


def _line(row: str) -> Line:
    name, price, makes, description = map(str.strip, row.split("|"))
    return Line(name, round(float(price) * 100), tuple(map(str.strip, makes.split("/"))), description)
