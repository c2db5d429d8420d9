"""The settlement of the day: payments in our books beside the charges in the gateway's."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from opentelemetry import trace

from kit.changes import ChangeWatcher
from kit.db import Database
from kit.tasks import background
from kit.variants import Choice
from services.payment import ledger
from services.payment.attempts import TRANSIENT_ERRORS
from services.payment.gateway import Credentials, Gateway

logger = logging.getLogger("shop.payment")

PAUSE_S = 0.5
OF_A_DAY = 200
"""Entries of one settlement; the others follow in the next."""


class Settlement(Protocol):
    """Compares the newest entries of both books, one by one, for as long as `going`."""

    async def settle(self, going: Callable[[], bool]) -> None:
        """Raises PoolTimeout and DatabaseUnavailable."""
        ...


class PromptSettlement:
    """Reads our entries, gives the database connection back, then asks the gateway for its own."""

    def __init__(self, db: Database, gateway: Callable[[], Gateway]) -> None:
        self._db = db
        self._gateway = gateway

    async def settle(self, going: Callable[[], bool]) -> None:
        """Compare the newest entries."""
        async with self._db.read() as connection:
            credentials, keys = await ledger.credentials_and_newest(connection, OF_A_DAY)
        await self.compare(credentials, keys, going)

    async def compare(self, credentials: Credentials, keys: Sequence[str], going: Callable[[], bool]) -> None:
        """Ask the gateway for the charge of each key."""
        for key in keys:
            if not going():
                return
            try:
                token = await self._gateway().authenticate(credentials)
                charge = await self._gateway().find(token, key)
            except TRANSIENT_ERRORS:
                logger.warning("Settlement: the gateway was not to be asked for a charge.")
                continue
            if charge is None:
                logger.warning("Settlement: the gateway does not know a charge of ours.")


class Lease(Protocol):
    """What one of several instances has."""

    @property
    def is_current(self) -> bool:
        """True if this instance has had it, and cannot have lost it since."""
        ...

    async def is_ours(self) -> bool:
        """True if this instance has it now; raises DatabaseUnavailable."""
        ...

    async def keep(self) -> None:
        """Renew it in time, until cancelled."""
        ...


async def settle_when_due(due: Choice[bool], settlement: Callable[[], Settlement], lease: Lease) -> None:
    """Settle again and again while it is `due`, until cancelled; another `settlement` in force takes over at once.

    Of several instances the one that has the `lease` does so.
    """
    tracer, switches = trace.get_tracer("shop.payment"), ChangeWatcher(due)
    while True:
        await asyncio.sleep(PAUSE_S)
        while not due():
            await switches.next()
        way = settlement()
        try:
            if not await lease.is_ours():
                continue
            with tracer.start_as_current_span("settle accounts"):
                logger.info("The settlement of the day starts.")
                async with background(lease.keep()):
                    await way.settle(lambda way=way: due() and settlement() is way and lease.is_current)  # type: ignore[misc]
                logger.info("The settlement of the day ends.")
        except Exception:
            logger.exception("The settlement broke off; it will be tried again.")
