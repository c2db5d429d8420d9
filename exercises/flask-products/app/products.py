"""What the pages ask of the database."""

from dataclasses import dataclass

from sqlalchemy import Engine, Row, text


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
    """The products of a shop, and what customers think of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def in_category(self, category: str) -> list[Product]:
        """The products of a category by name."""
        statement = "SELECT id, name, category, price_cents FROM products WHERE category = :category ORDER BY name"
        with self._engine.connect() as connection:
            rows = connection.execute(text(statement), {"category": category}).all()
        return [self._with_reviews(row) for row in rows]

    def by_id(self, product_id: int) -> Product | None:
        """One product; None when there is no such product."""
        statement = "SELECT id, name, category, price_cents FROM products WHERE id = :product_id"
        with self._engine.connect() as connection:
            row = connection.execute(text(statement), {"product_id": product_id}).one_or_none()
        return self._with_reviews(row) if row else None

    def review(self, product_id: int, stars: int) -> None:
        """Keep a customer's review."""
        statement = "INSERT INTO reviews (product_id, stars) VALUES (:product_id, :stars)"
        with self._engine.begin() as connection:
            connection.execute(text(statement), {"product_id": product_id, "stars": stars})

    def _with_reviews(self, row: Row[tuple[int, str, str, int]]) -> Product:
        statement = "SELECT avg(stars), count(*) FROM reviews WHERE product_id = :product_id"
        with self._engine.connect() as connection:
            stars, reviews = connection.execute(text(statement), {"product_id": row.id}).one()
        return Product(row.id, row.name, row.category, row.price_cents, round(stars or 0, 1), reviews)
