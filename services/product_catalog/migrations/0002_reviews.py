"""Customers' reviews of the products."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("stars", sa.SmallInteger, nullable=False),
    )
    op.create_index("ix_reviews_product_stars", "reviews", ["product_id", "stars"])
