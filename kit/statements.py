"""Statements that SQLite and PostgreSQL both know, and SQLAlchemy spells once for each."""

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Insert = sqlite.Insert | postgresql.Insert


def insert(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT that can be told what to do `on_conflict`.

    Better than catching IntegrityError: on PostgreSQL its text, which travels in spans, quotes the values.
    """
    return sqlite.Insert(table) if connection.dialect.name == "sqlite" else postgresql.Insert(table)


def take_turn(connection: Connection, subject: str) -> None:
    """Wait until no other transaction on this database has its turn at `subject`; keep it until this one ends.

    For a check of what is not there yet, which no row lock can hold. On SQLite every writer has its turn already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))"), {"subject": subject})
