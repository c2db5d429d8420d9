"""The settlement of the day: who may write payments meanwhile."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import pytest

from kit.db import Database
from kit.tasks import background
from kit.variants import Choice, FixedVariants, Option
from services.payment.books import Books
from services.payment.gateway import Charge, Credentials
from services.payment.schemas import Payment
from services.payment.seed import API_KEY_ID
from services.payment.settlement import PromptSettlement, settle_when_due
from services.payment.telemetry import Telemetry
from services.payment.variants import LockingSettlement
from tests.databases import DatabaseUrl, opened

pytestmark = pytest.mark.anyio


class SlowGateway:
    """Answers once it is `open`."""

    def __init__(self) -> None:
        self.asked, self.open = asyncio.Event(), asyncio.Event()
        self.keys: list[str] = []

    async def authenticate(self, credentials: Credentials) -> str:
        assert credentials.api_key_id == API_KEY_ID
        self.asked.set()
        await self.open.wait()
        return "token"

    async def find(self, token: str, key: str) -> Charge | None:
        self.keys.append(key)
        return None


@pytest.fixture
async def db(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    """Payment's database, with a pool of two."""
    async with opened("payment", database_url("payment"), pool_size=2) as db:
        yield db


def paid(key: str) -> Payment:
    return Payment(id=f"id-{key}", order_id=key, amount_cents=1, status="succeeded")


@pytest.mark.parametrize(("way", "waits"), [(LockingSettlement, True), (PromptSettlement, False)])
async def test_the_one_that_locks_the_books_lets_nobody_write(
    db: Database, way: type[PromptSettlement], waits: bool
) -> None:
    books, gateway = Books(db, Telemetry()), SlowGateway()
    await books.record("early", paid("early"))
    job = asyncio.create_task(way(db, lambda: gateway).settle(lambda: True))  # type: ignore[arg-type,return-value]
    await asyncio.wait_for(gateway.asked.wait(), 5)
    writing = asyncio.create_task(books.record("late", paid("late")))
    _, waiting = await asyncio.wait({writing}, timeout=0.3 if waits else 5)
    assert bool(waiting) is waits
    gateway.open.set()
    await asyncio.wait_for(asyncio.gather(job, writing), 5)
    assert gateway.keys == ["early"]


class Switched(FixedVariants):
    """Tells of each switch, and counts how often it is asked."""

    def __init__(self, **values: str) -> None:
        super().__init__(**values)
        self.asked = 0

    def value(self, flag: str) -> str:
        self.asked += 1
        return super().value(flag)

    def is_static(self, flag: str) -> bool:
        return True

    def on_switch(self, listener: Callable[[], None]) -> None:
        self._tell = listener

    def switch(self, value: str) -> None:
        self.values["payment-settlement"] = value
        self._tell()


class FakeLease:
    """Somebody has it."""

    def __init__(self, *, is_current: bool = True) -> None:
        self.is_current = is_current
        self.asked, self.let_go = asyncio.Event(), asyncio.Event()

    async def is_ours(self) -> bool:
        self.asked.set()
        return self.is_current

    async def keep(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.let_go.set()


async def test_the_instance_that_has_the_lease_settles_until_it_loses_it(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shop.payment")
    gateway, lease = SlowGateway(), FakeLease(is_current=False)
    for key in ("early", "earlier"):
        await Books(db, Telemetry()).record(key, paid(key))
    way, due = PromptSettlement(db, lambda: gateway), Choice(FixedVariants(), True)  # type: ignore[arg-type,return-value]
    async with background(settle_when_due(due, lambda: way, lease)), asyncio.timeout(10):
        await lease.asked.wait()
        assert not gateway.asked.is_set()
        lease.is_current = True
        await gateway.asked.wait()
        lease.is_current = False
        gateway.open.set()
        await lease.let_go.wait()
    assert len(gateway.keys) == 1


async def test_it_is_settled_for_as_long_as_it_is_due(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "shop.payment")
    gateway, variants = SlowGateway(), Switched()
    due = Choice(variants, False, Option("payment-settlement", "on", True))
    await Books(db, Telemetry()).record("early", paid("early"))
    way = LockingSettlement(db, lambda: gateway)  # type: ignore[arg-type,return-value]
    job = asyncio.create_task(settle_when_due(due, lambda: way, FakeLease()))
    await asyncio.wait([job], timeout=1.2)  # longer than two looks would take
    assert (job.done(), variants.asked) == (False, 1)
    variants.switch("on")
    await asyncio.wait_for(gateway.asked.wait(), 5)
    variants.switch("off")
    gateway.open.set()
    async with asyncio.timeout(5), db.transaction():
        job.cancel()
    assert "The settlement of the day starts." in caplog.messages
