"""Keeps what a database holds as it is declared."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import Connection
from sqlalchemy.pool import NullPool

from kit.engine import connected, open_engine, writer

TRY_AGAIN_S = 0.5

T = TypeVar("T")


class Upkeep(Generic[T]):
    """Asks `declared` for what there should be, and has `apply` make it so.

    As the migrations do, on a connection of its own that is not traced and may take its time.
    """

    def __init__(
        self, service: str, url: str, declared: Callable[[], T], apply: Callable[[Connection, T], None]
    ) -> None:
        self._engine = open_engine(url, service, patient=True, poolclass=NullPool)
        self._logger = logging.getLogger(f"shop.{service.replace('-', '_')}")
        self._declared = declared
        self._apply = apply
        self._in_force: T | None = None
        self.close = self._engine.dispose

    async def begin(self, prepare: Callable[[Connection], None] = lambda _: None) -> None:
        """Have the database prepared, and made as declared, whatever state the last process left it in."""
        await self._write(prepare)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Change what is not as declared."""
        declared = self._declared()
        if declared != self._in_force:
            await self._write(lambda connection: self._apply(connection, declared))
            self._in_force = declared

    async def go_on(self, turn: Callable[[], Awaitable[None]]) -> None:
        """Catch up, again after each `turn`, until cancelled, whatever fails."""
        while True:
            try:
                await self.catch_up()
                await turn()
            except Exception:
                self._logger.exception("Upkeep of the database failed; it will be tried again.")
                await asyncio.sleep(TRY_AGAIN_S)

    async def _write(self, change: Callable[[Connection], None]) -> None:
        with suppress_instrumentation():
            async with connected(writer(self._engine)) as connection, connection.begin():
                await connection.run_sync(change)
