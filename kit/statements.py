"""Statements that SQLite and PostgreSQL both know, and SQLAlchemy spells once for each."""

from collections.abc import Callable

from sqlalchemy import Connection, Executable, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import dml as postgresql_dml
from sqlalchemy.dialects.sqlite import dml as sqlite_dml
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.visitors import InternalTraversal

Insert = sqlite.Insert | postgresql.Insert

TARGET = [
    ("inferred_target_elements", InternalTraversal.dp_string_list),
    ("inferred_target_whereclause", InternalTraversal.dp_clauseelement),
]
UPDATE = [
    ("update_values_to_set", InternalTraversal.dp_dml_ordered_values),
    ("update_whereclause", InternalTraversal.dp_clauseelement),
]
CONSTRAINT = [("constraint_target", InternalTraversal.dp_string)]
"""PostgreSQL's alone."""


class Insertion:
    """An INSERT that says what to do `on_conflict`, built once; rows are parameters of its execution.

    `complete` names the columns of the key, and new values as `excluded`. Better than catching IntegrityError: on
    PostgreSQL its text, which travels in spans, quotes the values.
    """

    def __init__(self, table: Table, complete: Callable[[Insert], Executable]) -> None:
        self._spelled = {
            "sqlite": complete(sqlite.Insert(table)),
            "postgresql": complete(postgresql.Insert(table)),
        }

    def on(self, connection: AsyncConnection) -> Executable:
        """The statement as the connection's database spells it."""
        return self._spelled[connection.dialect.name]


def keep_compiled() -> None:
    """Let SQLAlchemy keep the compiled text of an INSERT with `on_conflict`, as of every other statement.

    It leaves them out because their clauses do not say what they consist of; compiled each time, they take 0.4 ms.
    """
    for dialect, dml, target in ((sqlite, sqlite_dml, TARGET), (postgresql, postgresql_dml, [*CONSTRAINT, *TARGET])):
        dialect.Insert.inherit_cache = True
        dml.OnConflictDoNothing._traverse_internals = target  # noqa: SLF001
        dml.OnConflictDoUpdate._traverse_internals = [*target, *UPDATE]  # noqa: SLF001


keep_compiled()


def take_turn(connection: Connection, subject: str) -> None:
    """Wait until no other transaction on this database has its turn at `subject`; keep it until this one ends.

    For a check of what is not there yet, which no row lock can hold. On SQLite every writer has its turn already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))"), {"subject": subject})
