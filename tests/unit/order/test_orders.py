"""An order's way, with every answer that its peers can give."""

import asyncio
import logging
from typing import Any

import pytest

from kit.errors import Conflict, NotFound
from services.order.peers import PaymentResult, TimedOut, Unsettled
from services.order.schemas import Item, OrderRequest

pytestmark = pytest.mark.anyio

Shop = Any
"""The fixture of conftest.py."""

REQUEST = OrderRequest(
    user_id=7,
    items=[Item(product_id=1, quantity=2, unit_price_cents=500), Item(product_id=2, quantity=1, unit_price_cents=99)],
    card_number="4242424242424242",
)
OTHER_GOODS = REQUEST.model_copy(update={"items": REQUEST.items[:1]})
LATE = TimedOut("payment did not answer in time")
AWAY = Unsettled("payment gave no usable answer")
FAILED = PaymentResult(status="failed", reason="payment_unavailable", took_s=-1.0)
ENDS_WITHIN_S = 10.0
DECLINED = PaymentResult(status="declined", reason="card_declined")


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(each.levelname, each.message) for each in caplog.records if each.name == "shop.order"]


async def test_an_order_is_paid_and_its_goods_are_sold(shop: Shop) -> None:
    order = await shop.orders.place("key", REQUEST)
    assert (order.status, order.reason, order.total_cents) == ("completed", None, 1099)
    assert (shop.payment.calls, shop.inventory.calls) == (["pay"], ["reserve", "commit"])
    assert await shop.orders.get(order.id) == order.model_copy(
        update={each: getattr(await shop.orders.get(order.id), each) for each in ("created_at", "updated_at")}
    )


async def test_a_key_is_one_order(shop: Shop) -> None:
    first, again = [await shop.orders.place("key", REQUEST) for _ in range(2)]
    assert (again.id, again.status) == (first.id, "completed")
    assert shop.payment.calls == ["pay"]
    with pytest.raises(Conflict):
        await shop.orders.place("key", OTHER_GOODS)


async def test_two_users_may_use_the_same_key(shop: Shop) -> None:
    mine = await shop.orders.place("key", REQUEST)
    theirs = await shop.orders.place("key", REQUEST.model_copy(update={"user_id": 8}))
    assert mine.id != theirs.id


async def test_a_slow_payment_is_answered_in_time_and_goes_on(shop: Shop) -> None:
    shop.payment.open.clear()
    order = await shop.orders.place("key", REQUEST)
    assert order.status == "processing"
    shop.payment.open.set()
    async with asyncio.timeout(ENDS_WITHIN_S):
        while order.status == "processing":
            order = await shop.orders.place("key", REQUEST)
    assert order.status == "completed"
    assert shop.payment.calls == ["pay"]


@pytest.mark.parametrize("result", [DECLINED, FAILED])
async def test_what_is_not_paid_is_not_delivered(shop: Shop, result: PaymentResult) -> None:
    shop.payment.says = [result]
    order = await shop.orders.place("key", REQUEST)
    assert (order.status, order.reason) == ("failed", result.reason)
    assert shop.inventory.calls == []


async def test_what_cannot_be_delivered_is_paid_back(shop: Shop) -> None:
    shop.inventory.says = [False]
    order = await shop.orders.place("key", REQUEST)
    assert (order.status, order.reason) == ("failed", "out_of_stock")
    assert (shop.payment.calls, shop.inventory.calls) == (["pay", "refund"], ["reserve", "release"])


async def test_a_late_payment_is_asked_for_again_and_told(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "shop.order")
    shop.payment.says = [LATE, PaymentResult(status="succeeded")]
    assert (await shop.orders.place("key", REQUEST)).status == "completed"
    assert told(caplog) == [
        ("INFO", "Payment service timeout, retrying."),
        ("WARNING", "Order processing delayed due to payment timeout."),
        ("INFO", "Order completed."),
    ]


async def test_a_payment_service_that_is_restarted_is_waited_for(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "shop.order")
    shop.payment.says = [AWAY, AWAY, PaymentResult(status="succeeded")]
    assert (await shop.orders.place("key", REQUEST)).status == "completed"
    assert told(caplog) == [("INFO", "Order completed.")]


async def test_after_the_orders_deadline_payment_is_asked_no_more(shop: Shop) -> None:
    order, _ = await shop.ledger.enter("key", REQUEST)
    shop.payment.says = [AWAY]
    assert (await shop.processor(deadline_s=0.000_001).process(order, REQUEST.card_number)).status == "processing"
    assert (shop.payment.calls, shop.telemetry.unsettled) == (["pay"], 1)


async def test_a_payment_that_stays_silent_leaves_the_order_in_processing(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shop.order")
    shop.payment.says = [LATE, LATE]
    assert (await shop.orders.place("key", REQUEST)).status == "processing"
    assert told(caplog) == [
        ("INFO", "Payment service timeout, retrying."),
        ("WARNING", "Order processing delayed due to payment timeout."),
    ]
    assert shop.telemetry.unsettled == 0, "the time-outs are counted already"


@pytest.mark.parametrize(
    "said",
    [[AWAY] * 5, [LATE, LATE], [LATE, FAILED], [AWAY, FAILED]],
    ids=["no answer", "silence", "a failure after silence", "a failure after a restart"],
)
@pytest.mark.parametrize(
    ("found", "status", "reason", "calls"),
    [
        (PaymentResult(status="succeeded"), "completed", None, ["find"]),
        (DECLINED, "failed", "card_declined", ["find"]),
        (None, "failed", "payment_cancelled", ["find", "refund"]),
        (PaymentResult(status="processing"), "processing", None, ["find"]),
        (LATE, "processing", None, ["find"]),
    ],
)
async def test_what_is_left_is_settled_by_what_payment_knows(
    shop: Shop, said: list[Any], found: Any, status: str, reason: str | None, calls: list[str]
) -> None:
    shop.payment.says = list(said)
    order = await shop.orders.place("key", REQUEST)
    assert order.status == "processing"
    shop.payment.calls.clear()
    shop.payment.says = [found]
    await shop.reconcile()
    settled = await shop.orders.get(order.id)
    assert (settled.status, settled.reason, shop.payment.calls) == (status, reason, calls)


async def test_a_failure_is_certain_when_whoever_tells_it_was_asked_first(shop: Shop) -> None:
    shop.payment.says = [LATE, FAILED.model_copy(update={"took_s": 13.0})]
    order = await shop.orders.place("key", REQUEST)
    assert (order.status, order.reason) == ("failed", "payment_unavailable")


async def test_an_inventory_that_refuses_is_asked_again(shop: Shop) -> None:
    shop.inventory.says = [Unsettled("too late")]
    order = await shop.orders.place("key", REQUEST)
    assert order.status == "processing"
    await shop.reconcile()
    assert (await shop.orders.get(order.id)).status == "completed"
    assert shop.inventory.calls == ["reserve", "reserve", "commit"]


async def test_a_refund_that_fails_is_made_later(shop: Shop) -> None:
    shop.inventory.says = [False]
    shop.payment.says = [PaymentResult(status="succeeded"), LATE]
    order = await shop.orders.place("key", REQUEST)
    assert order.status == "processing"
    shop.inventory.says = [False]
    await shop.reconcile()
    assert (await shop.orders.get(order.id)).reason == "out_of_stock"


async def test_a_round_ends_early_while_payment_is_away(shop: Shop) -> None:
    many = 200  # which take sixteen seconds to go through
    for number in range(many):
        await shop.ledger.enter(f"key {number}", REQUEST)
    shop.payment.says = [LATE] * many
    async with asyncio.timeout(8):
        await shop.reconcile()
    assert len(shop.payment.calls) < many


async def test_what_is_left_is_for_one_instance(shop: Shop) -> None:
    order, _ = await shop.ledger.enter("key", REQUEST)
    shop.is_ours = False
    await shop.reconcile()
    assert (shop.payment.calls, (await shop.orders.get(order.id)).status) == ([], "processing")
    shop.is_ours = True
    await shop.reconcile()
    assert (await shop.orders.get(order.id)).status == "completed"


async def test_nobody_else_touches_an_order_in_flight(shop: Shop) -> None:
    shop.payment.open.clear()
    order = await shop.orders.place("key", REQUEST)
    await shop.reconcile()
    assert shop.payment.calls == ["pay"]
    assert [age_s < 60 for age_s in shop.orders.ages_s()] == [True]
    shop.payment.open.set()
    await shop.orders.finish(1)
    assert shop.orders.ages_s() == []
    assert (await shop.orders.get(order.id)).status == "completed"


async def test_orders_are_counted_and_listed(shop: Shop) -> None:
    shop.payment.says = [LATE, LATE]
    stuck = await shop.orders.place("stuck", REQUEST)
    done = await shop.orders.place("done", REQUEST)
    assert await shop.ledger.count_processing(stuck_after_s=-1) == (1, 1)
    assert await shop.ledger.count_processing(stuck_after_s=60) == (1, 0)
    assert [order.id for order in (await shop.orders.of_user(7, 10)).orders] == [done.id, stuck.id]
    page = await shop.orders.audit(after=0, limit=1)
    assert [page.orders[0].id, page.next] == [stuck.id, stuck.number]


async def test_an_unknown_order_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound):
        await shop.orders.get("nothing")


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": []},
        {"items": [{"product_id": 1, "quantity": 1, "unit_price_cents": 5}] * 2},
        {"items": [{"product_id": 1, "quantity": 100, "unit_price_cents": 100_000_000}]},
        {"card_number": "4242"},
        {"user_id": 0},
    ],
)
def test_implausible_orders_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        OrderRequest.model_validate(REQUEST.model_dump() | wrong)
