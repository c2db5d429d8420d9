"""Another way to look credentials up."""

from services.database.lookup import PromptLookup, credentials, row_of
from services.database.schemas import CredentialQuery, Credentials


class TransactionalLookup(PromptLookup):
    """Keeps its transaction, and so its database connection, for as long as the search in the breaches takes."""

    async def find(self, query: CredentialQuery) -> Credentials:
        """The credentials kept for an address."""
        async with self._connections.read() as connection:
            row = await row_of(connection, query)
            return credentials(row, await self._breaches.suffixes(query.password_prefix))
