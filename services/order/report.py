"""The report of the day's revenue: what customers paid, less what the gateway keeps of each charge."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from opentelemetry import trace

from kit.changes import ChangeWatcher
from kit.variants import Choice
from services.order.ledger import Ledger
from services.order.peers import PeerError
from services.order.schemas import Order

logger = logging.getLogger("shop.order")

PAUSE_S = 0.5
OF_A_DAY = 80
"""Orders of one report; the others follow in the next."""


class Charges(Protocol):
    """The gateway's books, as payment tells of them."""

    async def charged(self, order: Order) -> None:
        """Have the gateway asked what it took, and what it kept of it; raises PeerError."""
        ...


class Report(Protocol):
    """Asks for the charge of each of the newest orders, one by one, for as long as `going`."""

    async def make(self, going: Callable[[], bool]) -> None:
        """Raises PoolTimeout and DatabaseUnavailable."""
        ...


class PromptReport:
    """Reads the orders, gives the database connection back, then asks for their charges."""

    def __init__(self, ledger: Ledger, charges: Charges) -> None:
        self._ledger = ledger
        self._charges = charges

    async def make(self, going: Callable[[], bool]) -> None:
        """Make the report."""
        await self.ask(await self._ledger.newest(OF_A_DAY), going)

    async def ask(self, orders: Sequence[Order], going: Callable[[], bool]) -> None:
        """Ask for the charge of each order."""
        for order in orders:
            if not going():
                return
            try:
                await self._charges.charged(order)
            except PeerError:
                logger.warning("Report: payment was not to be asked for a charge.")


class LockingReport(PromptReport):
    """Lets nobody change an order until the last charge has been asked for, so that its sums agree."""

    async def make(self, going: Callable[[], bool]) -> None:
        """Make the report in one transaction."""
        async with self._ledger.locked(OF_A_DAY) as orders:
            await self.ask(orders, going)


async def report_when_due(due: Choice[bool], report: Callable[[], Report]) -> None:
    """Report again and again while it is `due`, until cancelled; another `report` in force takes over at once."""
    tracer, switches = trace.get_tracer("shop.order"), ChangeWatcher(due)
    while True:
        while not due():
            await switches.next()
        await asyncio.sleep(PAUSE_S)
        way = report()
        try:
            with tracer.start_as_current_span("report revenue"):
                await way.make(lambda way=way: due() and report() is way)  # type: ignore[misc]
        except Exception:
            logger.exception("The report broke off; it will be tried again.")
