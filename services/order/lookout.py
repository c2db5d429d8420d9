"""Looks for new orders between two backups, many times a second: what a release of order has its backup do."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from opentelemetry import trace
from opentelemetry.trace import StatusCode

from kit.changes import ChangeWatcher
from kit.db import Database
from kit.errors import DatabaseUnavailable
from kit.variants import Choice
from services.order.ledger import Ledger

logger = logging.getLogger("shop.order.backup")

EVERY_S = 0.2


class Looks(Protocol):
    """A way to look at orders."""

    async def newest(self) -> int:
        """The number of the newest order, 0 if there is none; raises DatabaseUnavailable."""
        ...

    async def close(self) -> None:
        """Close whatever is still open."""
        ...


class ClosedLooks:
    """Opens the database for each look, and closes it again."""

    def __init__(self, opened: Callable[[], Database]) -> None:
        self._opened = opened

    async def newest(self) -> int:
        """Look once."""
        db = self._opened()
        try:
            return await _newest(db)
        finally:
            await db.close()

    async def close(self) -> None:
        """Nothing is open."""


class OpenLooks:
    """Opens the database for each look and never closes it: its connection stays in a pool that nobody uses again."""

    def __init__(self, opened: Callable[[], Database]) -> None:
        self._opened = opened
        self._left: list[Database] = []

    async def newest(self) -> int:
        """Look once."""
        db = self._opened()
        number = await _newest(db)
        self._left.append(db)
        return number

    async def close(self) -> None:
        """Close all that was left open, as the end of the process does."""
        while self._left:
            await self._left.pop().close()


async def look_when_due(due: Choice[bool], looks: Choice[Looks]) -> None:
    """Look again and again while it is `due`, until cancelled; other `looks` in force take over at once."""
    switches = ChangeWatcher(due)
    while True:
        while not due():
            await switches.next()
        way = looks()
        try:
            while due() and looks() is way:
                await _look(way)
                await asyncio.sleep(EVERY_S)
        finally:
            await way.close()


async def _look(way: Looks) -> None:
    with trace.get_tracer("shop.order").start_as_current_span("look for orders") as span:
        try:
            span.set_attribute("shop.order.number", await way.newest())
        except DatabaseUnavailable as error:
            span.set_status(StatusCode.ERROR, f"Orders cannot be looked for: {error.__cause__ or error}")


async def _newest(db: Database) -> int:
    return next((order.number for order in await Ledger(db).newest(1)), 0)
