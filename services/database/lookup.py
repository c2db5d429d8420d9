"""The query of a login: somebody's credentials, and breached passwords that may be theirs."""

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.errors import NotFound
from services.database.connections import Connections
from services.database.schemas import CredentialQuery, Credentials
from services.database.tables import users

Row = dict[str, Any]


class Breaches(Protocol):
    """Knows breached passwords."""

    async def suffixes(self, prefix: str) -> list[str]:
        """Rests of the hashes that begin with `prefix`; never raises."""
        ...


class Lookup(Protocol):
    """Answers the query of a login."""

    async def find(self, query: CredentialQuery) -> Credentials:
        """The credentials kept for an address; raises `NotFound`, `GatewayTimeout`."""
        ...


class PromptLookup:
    """Reads the credentials, gives the connection back, then searches the breaches."""

    def __init__(self, connections: Connections, breaches: Callable[[], Breaches]) -> None:
        self._connections = connections
        self._breaches = breaches

    async def find(self, query: CredentialQuery) -> Credentials:
        """The credentials kept for an address."""
        async with self._connections.read() as connection:
            row = await row_of(connection, query)
        return credentials(row, await self._breaches().suffixes(query.password_prefix))


async def row_of(connection: AsyncConnection, query: CredentialQuery) -> Row | None:
    """The row of this address, None for somebody unknown."""
    wanted = select(users.c.id.label("user_id"), users.c.password_hash, users.c.name).where(
        users.c.email == query.email
    )
    row = (await connection.execute(wanted)).mappings().first()
    return dict(row) if row else None


def credentials(row: Row | None, suffixes: list[str]) -> Credentials:
    """The answer; raises `NotFound` only now, so that the time it takes does not tell who has an account."""
    if row is None:
        raise NotFound("There is no such user.")
    return Credentials.model_validate(row | {"breached_suffixes": suffixes})
