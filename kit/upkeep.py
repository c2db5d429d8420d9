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

LET_OTHERS_WRITE_S = 0.03
"""Between two pieces. Who waits for SQLite's only writer looks every 25 ms or sooner, for its first 0.1 s."""

T = TypeVar("T")
R = TypeVar("R")


class Upkeep(Generic[T]):
    """Asks `declared` for what there should be, and has `apply` make it so.

    As the migrations do, on a connection of its own that is not traced and may take its time. `apply` may do it in
    pieces, each a transaction: it returns true while more is to be done, and finds out itself how far it has come.
    """

    def __init__(
        self, service: str, url: str, declared: Callable[[], T], apply: Callable[[Connection, T], bool | None]
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
        """Change what is not as declared, and let others write between two pieces."""
        while (declared := self._declared()) != self._in_force:
            self._in_force = None  # what is done in pieces is not there before the last
            if await self._write(self._apply, declared):
                await asyncio.sleep(LET_OTHERS_WRITE_S)
            else:
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

    async def _write(self, change: Callable[..., R], *arguments: T) -> R:
        with suppress_instrumentation():
            async with connected(writer(self._engine)) as connection, connection.begin():
                return await connection.run_sync(change, *arguments)
