"""Keeps users and answers queries about them.

Addresses and hashes stay out of every log line: a user is named by id.
"""

import logging
from collections.abc import Callable

from kit.errors import Conflict
from kit.statements import Insertion
from services.database.connections import Connections
from services.database.lookup import Lookup
from services.database.profiles import Profiles
from services.database.schemas import Claims, CredentialQuery, Credentials, NewCredentials
from services.database.tables import users

_add = Insertion(users, lambda insert: insert.on_conflict_do_nothing().returning(users.c.id))

logger = logging.getLogger("shop.database")


class CredentialStore:
    """The users of the shop."""

    def __init__(
        self, connections: Connections, lookup: Callable[[], Lookup], profiles: Callable[[], Profiles]
    ) -> None:
        self._connections = connections
        self._lookup = lookup
        self._profiles = profiles

    async def add(self, new: NewCredentials) -> int:
        """Store somebody and answer the new id; raises `Conflict` when the address is taken, `GatewayTimeout`."""
        row = new.model_dump() | {"email_verified": False, "roles": "shopper"}
        async with self._connections.transaction() as connection:
            user_id = (await connection.execute(_add.on(connection), row)).scalar()
        if user_id is None:
            raise Conflict("There is an account with this e-mail address.")
        logger.info("User created.", extra={"shop.user.id": user_id})
        return int(user_id)

    async def find(self, query: CredentialQuery) -> Credentials:
        """The credentials kept for an address; raises `NotFound`, `GatewayTimeout`."""
        return await self._lookup().find(query)

    async def claims(self, user_id: int) -> Claims:
        """Claims of a token for a user; raises `NotFound`, `GatewayTimeout`."""
        return await self._profiles().claims(user_id)
