"""The database: SQLite or PostgreSQL, by its URL; made and filled at the first start."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

TABLES = (
    """CREATE TABLE IF NOT EXISTS stock (
        product_id INTEGER PRIMARY KEY, initial BIGINT NOT NULL,
        available BIGINT NOT NULL, reserved BIGINT NOT NULL, sold BIGINT NOT NULL
    )""",
    "CREATE TABLE IF NOT EXISTS reservations (order_id VARCHAR PRIMARY KEY, state VARCHAR NOT NULL)",
    """CREATE TABLE IF NOT EXISTS reservation_items (
        order_id VARCHAR NOT NULL, product_id INTEGER NOT NULL, quantity INTEGER NOT NULL,
        PRIMARY KEY (order_id, product_id)
    )""",
)
FILL = text("INSERT INTO stock VALUES (:product_id, :pieces, :pieces, 0, 0) ON CONFLICT DO NOTHING")
PRODUCTS = range(1, 241)
PLENTY = 1_000_000
SCARCE = dict.fromkeys((239, 240), 3)

LOCKED_FOR_S = 1.0
"""So long SQLite waits for another writer."""


def open_engine(url: str) -> AsyncEngine:
    """Connections to the database."""
    waiting = {"timeout": LOCKED_FOR_S} if url.startswith("sqlite") else {}
    return create_async_engine(url, connect_args=waiting, hide_parameters=True)


async def prepare(engine: AsyncEngine) -> None:
    """Make the tables, and fill the shelves, where there are none."""
    async with engine.begin() as connection:
        for table in TABLES:
            await connection.execute(text(table))
        await connection.execute(FILL, [{"product_id": each, "pieces": SCARCE.get(each, PLENTY)} for each in PRODUCTS])
