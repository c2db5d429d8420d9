"""Payments that have ended, and the credentials the gateway knows us by."""

from sqlalchemy import BigInteger, Column, MetaData, String, Table

from kit.lease import lease_table

metadata = MetaData()

leases = lease_table(metadata)

gateway_credentials = Table(
    "gateway_credentials",
    metadata,
    Column("api_key_id", String, primary_key=True),
    Column("api_secret", String, nullable=False),
)

payments = Table(
    "payments",
    metadata,
    Column("idempotency_key", String, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("order_id", String, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", String),
    Column("charge_id", String),
    Column("updated_at_ms", BigInteger, nullable=False),
)
