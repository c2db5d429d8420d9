"""What customers may do, as it is declared: shoppers, but for those who are suspended."""

from sqlalchemy import Connection, update

from services.database.tables import users

SHOPPER, SUSPENDED = "shopper", "suspended"
EVERY = 10
"""Whom the list of suspicious accounts names: each tenth customer."""


def apply_standing(connection: Connection, declared: str) -> None:
    """Give the customers on the list the role that is declared for them."""
    listed = users.c.id % EVERY == 0
    connection.execute(update(users).where(listed, users.c.roles != declared).values(roles=declared))
