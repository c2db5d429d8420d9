"""Limited editions, and to whom they were sold."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    editions = op.create_table(
        "editions",
        sa.Column("product_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("supplier", sa.String, nullable=False),
    )
    op.bulk_insert(editions, [{"product_id": 120, "supplier": "Manufaktur Nord"}])
    op.create_table(
        "sales",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.String, nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("sold_at_ms", sa.BigInteger, nullable=False),
    )
