"""Tables of the credential store."""

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table

metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("email_verified", Boolean, nullable=False),
    Column("roles", String(100), nullable=False),
)
"""Addresses are in lower case; roles are separated by spaces."""
