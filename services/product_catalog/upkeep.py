"""What product-catalog's database holds, as it is declared: the indexes of the reviews, the prices of the products."""

from sqlalchemy import Connection, Index, bindparam, update

from services.product_catalog import tables

Indexes = tuple[Index, ...]

Prices = tuple[tuple[int, int], ...]
"""Products by id, and what they cost in cents."""


def apply_indexes(connection: Connection, declared: Indexes) -> None:
    """Create and drop what is not as declared."""
    for index in tables.REVIEW_INDEXES:
        if index in declared:
            index.create(connection, checkfirst=True)
        else:
            index.drop(connection, checkfirst=True)


def apply_prices(connection: Connection, declared: Prices) -> None:
    """Have each product cost what is declared."""
    product = tables.products.c
    change = update(tables.products).where(product.id == bindparam("product_id")).values(price_cents=bindparam("price"))
    connection.execute(change, [{"product_id": product_id, "price": price} for product_id, price in declared])
