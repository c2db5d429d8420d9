"""The gateway's books."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table

metadata = MetaData()

merchants = Table(
    "merchants",
    metadata,
    Column("api_key_id", String, primary_key=True),
    Column("secret_hash", String, nullable=False),
)

charges = Table(
    "charges",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("idempotency_key", String, nullable=False, unique=True),
    Column("reference", String, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("card_last4", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("created_at_ms", BigInteger, nullable=False),
)
