"""Orders and what is in them."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from kit.lease import lease_table

metadata = MetaData()

leases = lease_table(metadata)

orders = Table(
    "orders",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("user_id", Integer, nullable=False),
    Column("idempotency_key", String, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", String),
    Column("total_cents", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    UniqueConstraint("user_id", "idempotency_key", name="once_per_key"),
)
Index("orders_by_status", orders.c.status, orders.c.created_at_ms)
Index("orders_by_user", orders.c.user_id, orders.c.number)

order_items = Table(
    "order_items",
    metadata,
    Column("order_number", Integer, ForeignKey("orders.number"), primary_key=True, autoincrement=False),
    Column("product_id", Integer, primary_key=True, autoincrement=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_price_cents", BigInteger, nullable=False),
)
