"""Other ways to look credentials up, and to search the breaches."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from services.database.connections import Connections
from services.database.lookup import Breaches, PromptLookup, credentials, row_of
from services.database.schemas import CredentialQuery, Credentials


class TransactionalLookup(PromptLookup):
    """Keeps its transaction, and so its database connection, for as long as the search in the breaches takes."""

    async def find(self, query: CredentialQuery) -> Credentials:
        """The credentials kept for an address."""
        async with self._connections.read() as connection:
            row = await row_of(connection, query)
            return credentials(row, await self._breaches().suffixes(query.password_prefix))


class LeakingLookup(PromptLookup):
    """Gives a connection back once it has found the credentials: for somebody unknown, never.

    What is still lent comes back when the service is `mended`, as it would by a restart, and at its end.
    """

    def __init__(self, connections: Connections, breaches: Callable[[], Breaches], mended: Callable[[], bool]) -> None:
        super().__init__(connections, breaches)
        self._mended = mended
        self._lent: list[AsyncExitStack] = []

    async def find(self, query: CredentialQuery) -> Credentials:
        """The credentials kept for an address."""
        if self._mended():
            await self.close()
            return await super().find(query)
        lending = AsyncExitStack()
        connection = await lending.enter_async_context(self._connections.read())
        self._lent.append(lending)
        row = await row_of(connection, query)
        if row:
            self._lent.remove(lending)
            await lending.aclose()
        return credentials(row, await self._breaches().suffixes(query.password_prefix))

    async def close(self) -> None:
        """Give back every connection that is still lent."""
        while self._lent:
            await self._lent.pop().aclose()


class NoBreaches:
    """Knows no breached password, and asks nobody."""

    async def suffixes(self, prefix: str) -> list[str]:  # noqa: ARG002  as `Breaches` has it
        """None."""
        return []
