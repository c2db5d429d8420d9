"""Fills an empty product-catalog with what the shop sells, and with what customers think of it."""

from dataclasses import asdict

from sqlalchemy import Connection, exists, insert, select, text

from kit.statements import take_turn
from services.product_catalog import tables
from services.product_catalog.catalogue import CATEGORIES, products


def seed(connection: Connection) -> None:
    """Insert every category and product."""
    shelves = [asdict(category) | {"position": position} for position, category in enumerate(CATEGORIES)]
    connection.execute(insert(tables.categories), shelves)
    connection.execute(insert(tables.products), [asdict(product) for product in products()])


def seed_reviews(connection: Connection, number: int) -> None:
    """Insert `number` reviews unless there are any; without their indexes, which are made quicker afterwards."""
    take_turn(connection, "reviews")
    if connection.execute(select(exists(tables.reviews.select()))).scalar_one():
        return
    for index in tables.REVIEW_INDEXES:
        index.drop(connection, checkfirst=True)
    connection.execute(text(_REVIEWS), {"number": number})


# The database makes them itself: a million rows in a second. Products differ in how many they get, and how good.
_REVIEWS = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :number)
INSERT INTO reviews (id, product_id, stars)
SELECT n, product_id, 5 - (n % 97) * (2 + product_id % 5) / 120
FROM (SELECT n, 1 + (n % 1009) * (1 + n % 3) % 240 AS product_id FROM numbers) AS spread
"""
