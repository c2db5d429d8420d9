"""The database: made and filled at the first start, with the same contents for the same PRODUCTS_IN_CATEGORY."""

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, create_engine

SCHEMA = Path(__file__).with_name("schema.sql")
CATEGORIES = ("lamps", "chairs", "tables")
IN_EACH = int(os.environ.get("PRODUCTS_IN_CATEGORY", "24"))
REVIEWS = 120_000


def open_file(file: Path) -> Engine:
    """Connections to the database in `file`."""
    is_new = not file.exists()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(SCHEMA.read_text(encoding="utf-8"))
        if is_new:
            _fill(connection)
    return create_engine(f"sqlite:///{file}")


def _fill(connection: sqlite3.Connection) -> None:
    chance = random.Random(7)
    products = [
        (number, f"{category.title()[:-1]} {number:03}", category, chance.randrange(900, 90_000))
        for number, category in enumerate((c for c in CATEGORIES for _ in range(IN_EACH)), 1)
    ]
    connection.executemany("INSERT INTO products VALUES (?, ?, ?, ?)", products)
    reviewed = [number for number, *_ in products if number % IN_EACH]  # the last of each category has none
    reviews = ((chance.choice(reviewed), chance.randrange(1, 6)) for _ in range(REVIEWS))
    connection.executemany("INSERT INTO reviews (product_id, stars) VALUES (?, ?)", reviews)
