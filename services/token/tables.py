"""Tables of token."""

from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text

from kit.lease import lease_table

metadata = MetaData()

leases = lease_table(metadata)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("jwk", Text, nullable=False),
    Column("signs_until", BigInteger, nullable=False),
    Column("verifies_until", BigInteger, nullable=False),
)
"""Private keys as JSON (RFC 7517); times in seconds since 1970."""
