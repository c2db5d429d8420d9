"""The indexes of a node's database, as they are declared."""

from sqlalchemy import Connection, Index

from services.history.tables import INDEXES

Indexes = tuple[Index, ...]

NO_INDEX: Indexes = ()


def apply_indexes(connection: Connection, declared: Indexes) -> None:
    """Create and drop what is not as declared."""
    for index in INDEXES:
        if index in declared:
            index.create(connection, checkfirst=True)
        else:
            index.drop(connection, checkfirst=True)
