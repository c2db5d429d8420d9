"""Fills an empty product-catalog with what the shop sells."""

from dataclasses import asdict

from sqlalchemy import Connection, insert

from services.product_catalog import tables
from services.product_catalog.catalogue import CATEGORIES, products


def seed(connection: Connection) -> None:
    """Insert every category and product."""
    shelves = [asdict(category) | {"position": position} for position, category in enumerate(CATEGORIES)]
    connection.execute(insert(tables.categories), shelves)
    connection.execute(insert(tables.products), [asdict(product) for product in products()])
