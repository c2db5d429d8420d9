"""Authentication with the gateway, once for each payment."""

from collections.abc import Callable
from typing import Protocol

from kit.db import Database
from services.payment import ledger
from services.payment.gateway import Gateway
from services.payment.schemas import Payment


class Authenticator(Protocol):
    """Gets ready to speak to the gateway about a payment."""

    async def authenticate(self, key: str) -> Payment | str:
        """The payment already recorded for `key`, or else an access token.

        Raises PoolTimeout when no database connection comes free, and GatewayError.
        """
        ...

    async def sign_in(self, key: str) -> str:
        """An access token, whatever is recorded for `key`; raises as `authenticate` does."""
        ...


class GatewayAuthenticator:
    """Reads what it needs, gives the database connection back, then calls the gateway."""

    def __init__(self, db: Database, gateway: Callable[[], Gateway]) -> None:
        self._db = db
        self._gateway = gateway

    async def authenticate(self, key: str) -> Payment | str:
        """The payment already recorded for `key`, or else an access token."""
        async with self._db.read() as connection:
            credentials, earlier = await ledger.credentials_and_payment(connection, key)
        return earlier or await self._gateway().authenticate(credentials)

    async def sign_in(self, key: str) -> str:
        """An access token, whatever is recorded for `key`."""
        async with self._db.read() as connection:
            credentials, _ = await ledger.credentials_and_payment(connection, key)
        return await self._gateway().authenticate(credentials)
