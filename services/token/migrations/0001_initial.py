"""Signing keys."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the schema."""
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.String(64), primary_key=True),
        sa.Column("jwk", sa.Text, nullable=False),
        sa.Column("signs_until", sa.BigInteger, nullable=False),
        sa.Column("verifies_until", sa.BigInteger, nullable=False),
    )
