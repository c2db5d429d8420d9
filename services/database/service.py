"""Keeps users and answers queries about them.

Addresses and hashes stay out of every log line: a user is named by id.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import QueuePool

from kit.db import Database, PoolTimeout
from kit.errors import Conflict, GatewayTimeout, NotFound
from kit.statements import insert
from services.database.schemas import Claims, Credentials, NewCredentials
from services.database.tables import users

logger = logging.getLogger("shop.database")

Connect = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class CredentialStore:
    """The users of the shop."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, new: NewCredentials) -> int:
        """Store somebody and answer the new id; raises `Conflict` when the address is taken, `GatewayTimeout`."""
        row = new.model_dump() | {"email_verified": False, "roles": "shopper"}
        async with self._connected(self._db.transaction) as connection:
            entering = insert(connection, users).values(row).on_conflict_do_nothing()
            user_id = (await connection.execute(entering.returning(users.c.id))).scalar()
        if user_id is None:
            raise Conflict("There is an account with this e-mail address.")
        logger.info("User created.", extra={"shop.user.id": user_id})
        return int(user_id)

    async def find(self, email: str) -> Credentials:
        """The credentials kept for an address; raises `NotFound`, `GatewayTimeout`."""
        row = await self._one(
            select(users.c.id.label("user_id"), users.c.password_hash, users.c.name).where(users.c.email == email)
        )
        return Credentials.model_validate(row)

    async def claims(self, user_id: int) -> Claims:
        """What a token may say about a user; raises `NotFound`, `GatewayTimeout`."""
        row = await self._one(select(users.c.name, users.c.email_verified, users.c.roles).where(users.c.id == user_id))
        return Claims.model_validate(row | {"sub": str(user_id), "roles": row["roles"].split()})

    async def _one(self, query: Select[Any]) -> dict[str, Any]:
        async with self._connected(self._db.read) as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound("There is no such user.")
        return dict(row)

    @asynccontextmanager
    async def _connected(self, connect: Connect) -> AsyncIterator[AsyncConnection]:
        if self._all_in_use():
            logger.info("Database connection pool reached max connections, waiting.")
        try:
            async with connect() as connection:
                yield connection
        except PoolTimeout as error:
            raise _no_connection() from error

    def _all_in_use(self) -> bool:
        pool = self._db.engine.pool
        return isinstance(pool, QueuePool) and pool.checkedout() >= pool.size()


def _no_connection() -> GatewayTimeout:
    logger.error("Database connection timeout while querying user credentials.")
    return GatewayTimeout("No database connection became free in time.")
