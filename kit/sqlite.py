"""SQLite as the shop uses it: a file for each service, read by many and written by one at a time."""

from typing import Any

from sqlalchemy import Connection, Engine, event

WRITES = {"shop_writes": True}
"""Execution options of an engine whose transactions write."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON", "cache_size=-128")


def prepare(engine: Engine) -> None:
    """Give each connection its settings, and each transaction its beginning."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)


def _configure(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A reader that turns writer fails at once when somebody else wrote meanwhile: writers say so from the start.
    # On the driver's cursor, so that it makes no span.
    writes = connection.get_execution_options().get("shop_writes", False)
    cursor = connection.connection.cursor()
    cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    cursor.close()
