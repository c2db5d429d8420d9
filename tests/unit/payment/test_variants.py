"""The other implementations: what each does to the pool, and what answers each."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from kit.variants import FixedVariants

pytestmark = pytest.mark.anyio

Answer = Callable[[httpx.Request], httpx.Response]
Starts = Callable[[FixedVariants], AbstractAsyncContextManager[httpx.AsyncClient]]

HELD = {"payment_pool_exhaustion": "on"}


class Gateway(Protocol):
    """The fake of conftest.py."""

    asked: list[str]
    open: asyncio.Event

    def next_answers(self, path: str, *answers: Answer) -> None: ...


GOOD, DECLINED = "4242424242424242", "4000000000000002"


async def pay(client: httpx.AsyncClient, key: str, card_number: str = GOOD) -> str:
    body = {"order_id": key, "amount_cents": 1999, "card_number": card_number}
    answer = await client.post("/payments", json=body, headers={"Idempotency-Key": key})
    return str(answer.json()["status"])


async def reach(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("not reached within 5 s")


async def pay_while_the_gateway_is_busy(start: Starts, gateway: Gateway, variants: FixedVariants, waiting: int) -> None:
    """Six payments at once; the gateway answers when `waiting` of them have reached it."""
    gateway.open.clear()
    async with start(variants) as client:
        calls = [asyncio.create_task(pay(client, f"order-{n}")) for n in range(6)]
        await reach(lambda: len(gateway.asked) == waiting)
        gateway.open.set()
        assert [await call for call in calls] == ["succeeded"] * 6


async def test_in_health_no_connection_is_held_while_the_gateway_answers(
    start: Starts, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    await pay_while_the_gateway_is_busy(start, gateway, FixedVariants(), waiting=6)
    assert caplog.messages == []


async def test_a_transaction_held_across_the_call_leaves_none_for_the_others(
    start: Starts, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shop.payment")
    gateway.open.clear()
    async with start(FixedVariants(**HELD)) as client:
        calls = [asyncio.create_task(pay(client, f"order-{n}")) for n in range(6)]
        await reach(lambda: "Retrying payment gateway request due to connection timeout." in caplog.messages)
        assert len(gateway.asked) == 2
        gateway.open.set()
        assert {await call for call in calls} <= {"succeeded", "failed"}
    told = [(each.levelname, each.message) for each in caplog.records]
    assert told[0] == ("ERROR", "Database connection timeout during payment gateway authentication.")


@pytest.mark.parametrize("remedy", ["payment_release_connection", "payment_larger_pool"])
async def test_each_remedy_works_while_the_cause_is_there(
    start: Starts, gateway: Gateway, caplog: pytest.LogCaptureFixture, remedy: str
) -> None:
    await pay_while_the_gateway_is_busy(start, gateway, FixedVariants(**HELD, **{remedy: "on"}), waiting=6)
    assert caplog.messages == []


DEPLOYED = {"payment_pool_exhaustion": "on", "payment_larger_pool": "on", "payment_deployment": "on"}


async def test_a_deployment_takes_away_the_pool_that_hid_the_long_transaction(
    start: Starts, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.open.clear()
    async with start(FixedVariants(**DEPLOYED)) as client:
        calls = [asyncio.create_task(pay(client, f"order-{n}")) for n in range(6)]
        await reach(lambda: bool(caplog.messages))
        assert len(gateway.asked) == 2
        gateway.open.set()
        await asyncio.gather(*calls)


async def test_connections_of_declined_cards_are_not_given_back(
    start: Starts, caplog: pytest.LogCaptureFixture
) -> None:
    variants = FixedVariants(payment_deployment="leaks")
    async with start(variants) as client:
        assert [await pay(client, f"good-{n}") for n in range(4)] == ["succeeded"] * 4
        assert [await pay(client, f"bad-{n}", DECLINED) for n in range(2)] == ["declined"] * 2
        assert await pay(client, "none-left") == "failed"
        assert caplog.messages[0] == "Database connection timeout during payment gateway authentication."
        variants.values.clear()
        assert await pay(client, "mended") == "succeeded"


async def test_the_connections_of_declined_cards_come_back_by_the_remedy(start: Starts) -> None:
    variants = FixedVariants(payment_deployment="leaks")
    async with start(variants) as client:
        assert [await pay(client, f"bad-{n}", DECLINED) for n in range(2)] == ["declined"] * 2
        variants.values["payment-close-declined"] = "on"
        assert [await pay(client, f"bad-{n}", DECLINED) for n in range(2, 5)] == ["declined"] * 3


async def test_the_breaker_leaves_a_silent_gateway_alone(
    start: Starts, gateway: Gateway, troubles: dict[str, Answer], caplog: pytest.LogCaptureFixture
) -> None:
    gateway.next_answers("/v1/auth", *[troubles["times out"]] * 20)
    async with start(FixedVariants(payment_gateway_breaker="on")) as client:
        assert [await pay(client, f"order-{n}") for n in range(4)] == ["failed"] * 4
    assert len(gateway.asked) == 5
    assert caplog.messages[-1] == "Payment gateway left alone after repeated failures: no authentication."


async def test_the_breaker_keeps_quiet_in_health(start: Starts, gateway: Gateway) -> None:
    async with start(FixedVariants(payment_gateway_breaker="on")) as client:
        assert await pay(client, "a") == "succeeded"


async def test_a_switch_takes_effect_at_once(start: Starts, gateway: Gateway) -> None:
    variants = FixedVariants(**HELD)
    gateway.open.clear()
    async with start(variants) as client:
        held = [asyncio.create_task(pay(client, f"held-{n}")) for n in range(2)]
        await reach(lambda: len(gateway.asked) == 2)
        variants.values.clear()
        gateway.open.set()
        assert [await call for call in held] == ["succeeded"] * 2
        gateway.open.clear()
        free = [asyncio.create_task(pay(client, f"free-{n}")) for n in range(4)]
        await reach(lambda: len(gateway.asked) == 4 + 4)
        gateway.open.set()
        assert [await call for call in free] == ["succeeded"] * 4


async def test_a_release_that_reads_what_no_migration_added_does_not_start(start: Starts) -> None:
    with pytest.raises(DBAPIError, match="merchant_account"):
        async with start(FixedVariants(payment_deployment="crashes")):
            pass
