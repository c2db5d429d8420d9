"""Another way to look credentials up."""

from services.database.connections import Connections
from services.database.lookup import Breaches, credentials, row_of
from services.database.schemas import CredentialQuery, Credentials


class TransactionalLookup:
    """Keeps its transaction, and so its database connection, for as long as the search in the breaches takes."""

    def __init__(self, connections: Connections, breaches: Breaches) -> None:
        self._connections = connections
        self._breaches = breaches

    async def find(self, query: CredentialQuery) -> Credentials:
        """The credentials kept for an address."""
        async with self._connections.read() as connection:
            row = await row_of(connection, query)
            return credentials(row, await self._breaches.suffixes(query.password_prefix))
