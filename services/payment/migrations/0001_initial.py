"""Payments and gateway credentials."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the schema."""
    op.create_table(
        "gateway_credentials",
        sa.Column("api_key_id", sa.String, primary_key=True),
        sa.Column("api_secret", sa.String, nullable=False),
    )
    op.create_table(
        "payments",
        sa.Column("idempotency_key", sa.String, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("order_id", sa.String, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("charge_id", sa.String),
        sa.Column("updated_at_ms", sa.BigInteger, nullable=False),
    )
