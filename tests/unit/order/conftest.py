"""An order ledger on a fresh database, with peers that do what the test says."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kit.db import Database
from services.order.fulfilment import Fulfilment
from services.order.ledger import Ledger
from services.order.peers import PaymentResult, PeerError
from services.order.processing import Processor
from services.order.processor_time import AllThereIs
from services.order.receipts import NoReceipts
from services.order.reconciliation import Reconciler
from services.order.schemas import Order
from services.order.service import Orders
from services.order.telemetry import Telemetry
from tests.databases import DatabaseUrl, opened

PAID = PaymentResult(status="succeeded")


class FakePayment:
    """Says what `says` says, in that order, then that it succeeded."""

    def __init__(self) -> None:
        self.says: list[PaymentResult | PeerError | None] = []
        self.calls: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def pay(self, order: Order, card_number: str) -> PaymentResult:
        result = await self._next("pay")
        assert result is not None
        return result

    async def find(self, order: Order) -> PaymentResult | None:
        return await self._next("find")

    async def refund(self, order: Order) -> PaymentResult:
        return await self._next("refund") or PAID

    async def _next(self, call: str) -> PaymentResult | None:
        self.calls.append(call)
        await self.open.wait()
        said = self.says.pop(0) if self.says else PAID
        if isinstance(said, PeerError):
            raise said
        return said


class FakeInventory:
    """Has enough of everything, unless `says` says otherwise."""

    def __init__(self) -> None:
        self.says: list[bool | PeerError] = []
        self.calls: list[str] = []

    async def reserve(self, order: Order) -> bool:
        self.calls.append("reserve")
        said = self.says.pop(0) if self.says else True
        if isinstance(said, PeerError):
            raise said
        return said

    async def commit(self, order: Order) -> None:
        self.calls.append("commit")

    async def release(self, order: Order) -> None:
        self.calls.append("release")


class CountingTelemetry(Telemetry):
    """Knows what was left unsettled, why receipts could not be written, how often inventory was asked again."""

    def __init__(self) -> None:
        super().__init__()
        self.unsettled = self.retries = 0
        self.receipts_failed: list[str] = []

    def receipt_failed(self, error: str) -> None:
        self.receipts_failed.append(error)

    def left_unsettled(self) -> None:
        self.unsettled += 1

    def inventory_asked_again(self) -> None:
        self.retries += 1


class Shop:
    """The order service without its routes."""

    def __init__(self, db: Database) -> None:
        self.payment, self.inventory = FakePayment(), FakeInventory()
        self.ledger, self.telemetry = Ledger(db), CountingTelemetry()
        self.fulfilment = Fulfilment(self.ledger, self.payment, lambda: self.inventory, self.telemetry, NoReceipts)
        self.is_ours = True
        self.reconciler = Reconciler(self.ledger, self.payment, self.fulfilment, self._looks_after, deadline_s=12)
        self.orders = Orders(self.ledger, self.processor(deadline_s=12), AllThereIs, answer_within_s=0.5)

    def processor(self, deadline_s: float) -> Processor:
        """What works on an order until then."""
        return Processor(self.payment, self.fulfilment, self.telemetry, deadline_s=deadline_s, retry_wait_s=0.001)

    async def _looks_after(self) -> bool:
        return self.is_ours

    async def reconcile(self) -> None:
        """One round over everything that nobody works on."""
        await self.reconciler.reconcile(self.orders.in_flight, left_after_s=-1)


@pytest.fixture
async def shop(database_url: DatabaseUrl) -> AsyncIterator[Shop]:
    """An order service in health."""
    async with opened("order", database_url("order")) as db:
        shop = Shop(db)
        yield shop
        await shop.orders.finish(1)
