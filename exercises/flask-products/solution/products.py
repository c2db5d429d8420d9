"""What the pages ask of the database."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, text

log = logging.getLogger(__name__)

WITH_REVIEWS = """
SELECT products.id, name, category, price_cents, coalesce(avg(stars), 0) AS stars, count(stars) AS reviews
FROM products LEFT JOIN reviews ON reviews.product_id = products.id
"""


@dataclass(frozen=True)
class Product:
    """A product with the mean of its reviews' stars, 0 when there are none."""

    id: int
    name: str
    category: str
    price_cents: int
    stars: float
    reviews: int


class Products:
    """The products of a shop, and what customers think of them.

    Lists are kept in memory until somebody writes a review.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lists: dict[str, list[Product]] = {}

    def in_category(self, category: str) -> list[Product]:
        """The products of a category by name."""
        lists = self._lists
        if category in lists:
            return lists[category]
        statement = f"{WITH_REVIEWS} WHERE category = :category GROUP BY products.id ORDER BY name"
        products = [_product(row) for row in self._ask(statement, {"category": category})]
        if products:  # anybody may ask for categories that do not exist
            lists[category] = products
        return products

    def by_id(self, product_id: int) -> Product | None:
        """One product; None when there is no such product."""
        statement = f"{WITH_REVIEWS} WHERE products.id = :product_id GROUP BY products.id"
        rows = self._ask(statement, {"product_id": product_id})
        return _product(rows[0]) if rows else None

    def review(self, product_id: int, stars: int) -> None:
        """Keep a customer's review."""
        statement = "INSERT INTO reviews (product_id, stars) VALUES (:product_id, :stars)"
        with self._engine.begin() as connection:
            connection.execute(text(statement), {"product_id": product_id, "stars": stars})
        self._lists = {}  # a list that is being read now goes into the old ones

    def _ask(self, statement: str, parameters: Mapping[str, Any]) -> list[Row[Any]]:
        log.info("Query begins.", extra=dict(parameters))
        with self._engine.connect() as connection:
            rows = list(connection.execute(text(statement), parameters).all())
        log.info("Query ended.", extra={**parameters, "rows": len(rows)})
        return rows


def _product(row: Row[Any]) -> Product:
    return Product(row.id, row.name, row.category, row.price_cents, round(row.stars, 1), row.reviews)
