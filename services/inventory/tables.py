"""Stock, reservations, limited editions. For each product: initial = available + reserved + sold."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, MetaData, String, Table

metadata = MetaData()

stock = Table(
    "stock",
    metadata,
    Column("product_id", Integer, primary_key=True, autoincrement=False),
    Column("initial", BigInteger, nullable=False),
    Column("available", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("sold", BigInteger, nullable=False),
    CheckConstraint("available >= 0 AND reserved >= 0 AND sold >= 0", name="no_oversell"),
)

reservations = Table(
    "reservations",
    metadata,
    Column("order_id", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
)

reservation_items = Table(
    "reservation_items",
    metadata,
    Column("order_id", String, ForeignKey("reservations.order_id"), primary_key=True),
    Column("product_id", Integer, ForeignKey("stock.product_id"), primary_key=True, autoincrement=False),
    Column("quantity", Integer, nullable=False),
)

editions = Table(
    "editions",
    metadata,
    Column("product_id", Integer, primary_key=True, autoincrement=False),
    Column("supplier", String, nullable=False),
)

sales = Table(
    "sales",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("product_id", Integer, nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("sold_at_ms", BigInteger, nullable=False),
)
