"""A new shop has no orders."""

from sqlalchemy import Connection


def seed(_: Connection) -> None:
    """Nothing to put in."""
