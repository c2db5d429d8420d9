"""Stock for the catalogue's 240 products; the last two are nearly sold out."""

from sqlalchemy import Connection

from services.inventory.tables import stock

PRODUCT_IDS = range(1, 241)
PLENTY = 1_000_000
SCARCE = dict.fromkeys((239, 240), 3)


def seed(connection: Connection) -> None:
    """Fill the shelves."""
    initial = {product_id: SCARCE.get(product_id, PLENTY) for product_id in PRODUCT_IDS}
    rows = [
        {"product_id": product_id, "initial": count, "available": count, "reserved": 0, "sold": 0}
        for product_id, count in initial.items()
    ]
    connection.execute(stock.insert(), rows)
