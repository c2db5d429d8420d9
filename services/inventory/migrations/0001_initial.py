"""Stock and reservations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the schema."""
    op.create_table(
        "stock",
        sa.Column("product_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("initial", sa.BigInteger, nullable=False),
        sa.Column("available", sa.BigInteger, nullable=False),
        sa.Column("reserved", sa.BigInteger, nullable=False),
        sa.Column("sold", sa.BigInteger, nullable=False),
        sa.CheckConstraint("available >= 0 AND reserved >= 0 AND sold >= 0", name="no_oversell"),
    )
    op.create_table(
        "reservations",
        sa.Column("order_id", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "reservation_items",
        sa.Column("order_id", sa.String, sa.ForeignKey("reservations.order_id"), primary_key=True),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("stock.product_id"), primary_key=True, autoincrement=False),
        sa.Column("quantity", sa.Integer, nullable=False),
    )
