"""Merchants and charges."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the schema."""
    op.create_table(
        "merchants",
        sa.Column("api_key_id", sa.String, primary_key=True),
        sa.Column("secret_hash", sa.String, nullable=False),
    )
    op.create_table(
        "charges",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("idempotency_key", sa.String, nullable=False, unique=True),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("card_last4", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False),
    )
