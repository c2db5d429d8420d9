"""Reservations of a limited edition under a rule that takes time: who waits for whom, and that the books stay whole."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest
from sqlalchemy import Connection, func, select

from kit.db import Database
from kit.errors import Unavailable
from kit.upkeep import Upkeep
from kit.variants import Choice, FixedVariants, Option
from loadgen.shop import LIMITED_EDITION
from services.inventory.crowd import Crowd
from services.inventory.editions import EDITIONS, LockedEditions, Reading, Rule
from services.inventory.sales import PIECE, RememberedSales, apply_archive, enter, now_ms
from services.inventory.schemas import AuditedStock, Item, ReservationRequest
from services.inventory.service import Inventory, Transactions
from services.inventory.tables import sales as sold
from services.inventory.telemetry import Telemetry
from services.inventory.variants import PAUSE_S, ConfirmedFirst, HadSince, PausedSales, TooSoon, in_the_list
from tests.databases import DatabaseUrl, opened

pytestmark = pytest.mark.anyio

(EDITION,) = EDITIONS
OTHER = 7


class Killed(Exception):
    """A process ends in the middle of a transaction."""


class Gate:
    """A rule that is kept once it is `open`; tells how many wait for it."""

    def __init__(self) -> None:
        self.open, self.asked = asyncio.Event(), asyncio.Semaphore(0)
        self.orders: list[str] = []

    async def rule(self, _: Reading, request: ReservationRequest, item: Item) -> None:
        assert item.product_id == EDITION
        self.orders.append(request.order_id)
        self.asked.release()
        await self.open.wait()


@pytest.fixture
async def db(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    async with opened("inventory", database_url("inventory")) as db:
        yield db


def inventory(db: Database, reserving: Transactions) -> Inventory:
    return Inventory(db, Crowd(60), lambda: reserving, Telemetry())


def wanted(order_id: str, product_id: int = EDITION, *, user_id: int = 1) -> ReservationRequest:
    return ReservationRequest(order_id=order_id, user_id=user_id, items=[Item(product_id=product_id, quantity=1)])


async def stock(shop: Inventory, product_id: int = EDITION) -> tuple[int, int]:
    """Pieces put aside and sold."""
    found = next(each for each in (await shop.audit()).products if each.product_id == product_id)
    assert isinstance(found, AuditedStock)
    assert found.initial == found.available + found.reserved + found.sold
    return found.reserved, found.sold


def test_the_load_generator_buys_the_edition() -> None:
    assert LIMITED_EDITION == EDITION


async def test_under_the_lock_one_at_a_time_is_asked_for_and_everything_else_is_sold_meanwhile(db: Database) -> None:
    gate = Gate()
    shop = inventory(db, LockedEditions(db, gate.rule))
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        orders = [group.create_task(shop.reserve(wanted(name))) for name in "abc"]
        await gate.asked.acquire()
        await shop.reserve(wanted("other", OTHER))
        await shop.commit("other")
        assert len(gate.orders) == 1
        assert not any(each.done() for each in orders)
        gate.open.set()
    assert await stock(shop) == (3, 0)
    assert await stock(shop, OTHER) == (0, 1)


async def test_asked_first_they_do_not_wait_for_each_other_nor_with_a_connection_in_hand(db: Database) -> None:
    gate = Gate()
    shop = inventory(db, ConfirmedFirst(db, gate.rule))
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(shop.reserve(wanted(name)))
        for _ in "abc":
            await gate.asked.acquire()
        assert not db.is_exhausted
        assert db.engine.sync_engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of every pool with a queue
        gate.open.set()
    assert await stock(shop) == (3, 0)


@pytest.mark.parametrize("way", [LockedEditions, ConfirmedFirst])
async def test_when_the_supplier_does_not_confirm_nothing_is_reserved_and_the_next_has_its_turn(
    db: Database, way: Callable[[Database, Rule], Transactions]
) -> None:
    async def refuse(_: Reading, request: ReservationRequest, __: Item) -> None:
        if request.order_id == "a":
            raise Unavailable("The supplier cannot be reached.")

    shop = inventory(db, way(db, refuse))
    with pytest.raises(Unavailable):
        await shop.reserve(wanted("a"))
    assert await stock(shop) == (0, 0)
    async with asyncio.timeout(10):
        await shop.reserve(wanted("b"))
    assert await stock(shop) == (1, 0)


async def test_who_gives_up_waiting_for_the_lock_does_not_keep_it(db: Database) -> None:
    gate = Gate()
    shop = inventory(db, LockedEditions(db, gate.rule))
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        first = group.create_task(shop.reserve(wanted("a")))
        await gate.asked.acquire()
        impatient = asyncio.create_task(shop.reserve(wanted("b")))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
        gate.open.set()
        await first
        await shop.reserve(wanted("c"))
    assert gate.orders == ["a", "c"]


@pytest.mark.parametrize("looked_up", ["off", "on"])
async def test_no_customer_has_two_pieces_within_the_pause(db: Database, looked_up: str) -> None:
    remembered = RememberedSales(round(PAUSE_S * 1000))
    variants = FixedVariants(remember=looked_up)
    had_since = Choice[HadSince](variants, in_the_list, Option("remember", "on", remembered.had_since))
    shop = inventory(db, PausedSales(db, remembered, had_since))
    await shop.reserve(wanted("a", user_id=1))
    await shop.reserve(wanted("b", user_id=2))
    with pytest.raises(TooSoon):
        await shop.reserve(wanted("c", user_id=1))
    await shop.reserve(wanted("a", user_id=1))
    await shop.reserve(wanted("d", OTHER, user_id=1))
    assert await stock(shop) == (2, 0)


async def test_after_the_pause_a_customer_is_served_again(db: Database) -> None:
    remembered = RememberedSales(round(PAUSE_S * 1000))
    await inventory(db, PausedSales(db, remembered, lambda: in_the_list)).reserve(wanted("a"))
    again, at_ms = wanted("b"), now_ms()
    for had_since in (in_the_list, remembered.had_since):
        assert await had_since(db.read, again, again.items[0], at_ms - 5000)
        assert not await had_since(db.read, again, again.items[0], at_ms + 1)


async def how_many(db: Database) -> int:
    async with db.read() as connection:
        return (await connection.execute(select(func.count()).select_from(sold))).scalar_one()


async def test_the_archive_is_there_once_or_not_at_all(db: Database, database_url: DatabaseUrl) -> None:
    there, declared = [], [0]
    kept = Upkeep("inventory", database_url("inventory"), lambda: declared[-1], apply_archive)
    for size in (500, 500, 0, 0, PIECE + 700):
        declared.append(size)
        await kept.catch_up()
        there.append(await how_many(db))
    await kept.close()
    assert there == [500, 500, 0, 0, PIECE + 700]


async def test_others_write_while_the_archive_is_imported(db: Database, database_url: DatabaseUrl) -> None:
    kept = Upkeep("inventory", database_url("inventory"), lambda: 6 * PIECE, apply_archive)
    sale = Item(product_id=EDITION, quantity=1)
    there: list[int] = []
    async with asyncio.timeout(20):
        importing = asyncio.create_task(kept.catch_up())
        while not importing.done():
            async with db.transaction() as connection:
                await enter(connection, wanted("of-ours"), sale)
            there.append(await how_many(db) - len(there) - 1)
        await importing
        assert await how_many(db) == 6 * PIECE + len(there)
    await kept.close()
    assert {n * PIECE for n in range(1, 6)} & {*there}, "somebody wrote between two pieces"


async def test_an_import_that_was_killed_goes_on_with_the_next_start(db: Database, database_url: DatabaseUrl) -> None:
    pieces = []

    def killed_amid_the_third(connection: Connection, size: int) -> bool:
        pieces.append(apply_archive(connection, size))
        if len(pieces) == 3:
            raise Killed
        return pieces[-1]

    size = 4 * PIECE + 1
    for apply in (killed_amid_the_third, apply_archive):
        kept = Upkeep("inventory", database_url("inventory"), lambda: size, apply)
        with suppress(Killed):
            await kept.catch_up()
        await kept.close()
    assert pieces == [True, True, True]
    async with db.read() as connection:
        found = select(func.count(), func.count(sold.c.sold_at_ms.distinct()))
        assert (await connection.execute(found)).one() == (size, size)


async def test_an_import_that_is_called_off_leaves_nothing(db: Database, database_url: DatabaseUrl) -> None:
    answers = iter([0, 3 * PIECE, 3 * PIECE, 0, 0])
    kept = Upkeep("inventory", database_url("inventory"), lambda: next(answers), apply_archive)
    await kept.catch_up()
    await kept.close()
    assert not await how_many(db)
    assert not [*answers]


async def test_customers_of_the_archive_are_none_of_ours(db: Database) -> None:
    async with db.transaction() as connection:
        await connection.run_sync(lambda each: apply_archive(each, 2000))
        least = await connection.scalar(select(func.min(sold.c.user_id)))
    assert least is not None
    assert least >= 1000
