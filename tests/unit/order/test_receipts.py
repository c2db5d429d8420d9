"""Receipts of the next release: where they are rendered, and how many may wait."""

import asyncio
from datetime import UTC, datetime
from threading import Event

import pytest

from services.order.receipts import NoReceipts
from services.order.schemas import Item, Order
from services.order.variants import MOST_WAITING, PrintedReceipts, RenderingThread, render

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ORDER = Order(
    id="a",
    number=1,
    user_id=7,
    status="processing",
    total_cents=500,
    items=[Item(product_id=1, quantity=1, unit_price_cents=500)],
    created_at=NOW,
    updated_at=NOW,
)


def test_a_receipt_is_a_picture_for_each_copy() -> None:
    assert render(ORDER) > 10_000


async def test_nobody_waits_for_the_thread_and_it_takes_only_so_many() -> None:
    held, all_there, rendered = Event(), Event(), []

    def slow(order: Order) -> None:
        held.wait(5)
        rendered.append(order)
        if len(rendered) == MOST_WAITING:
            all_there.set()

    thread = RenderingThread(slow)
    for _ in range(2 * MOST_WAITING):
        await PrintedReceipts(lambda: thread.take_on, NoReceipts()).issue(ORDER)
    assert not rendered
    held.set()
    assert await asyncio.to_thread(all_there.wait, 5)
    thread.close()
    assert len(rendered) == MOST_WAITING
