"""An empty token database needs nothing: the first key is made when the service starts."""

from sqlalchemy import Connection


def seed(_: Connection) -> None:
    """Insert nothing."""
