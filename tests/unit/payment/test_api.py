"""Payment over HTTP, when all goes well and when the gateway does not."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import httpx
import pytest

from kit.variants import FixedVariants

pytestmark = pytest.mark.anyio

Answer = Callable[[httpx.Request], httpx.Response]
Starts = Callable[[FixedVariants], AbstractAsyncContextManager[httpx.AsyncClient]]


class Gateway(Protocol):
    """The fake of conftest.py."""

    charges: dict[str, dict[str, object]]
    asked: list[str]
    open: asyncio.Event

    def next_answers(self, path: str, *answers: Answer) -> None: ...


async def pay(
    client: httpx.AsyncClient, key: str = "a", *, cents: int = 1999, card: str = "4242424242424242"
) -> httpx.Response:
    body = {"order_id": key, "amount_cents": cents, "card_number": card}
    return await client.post("/payments", json=body, headers={"Idempotency-Key": key})


def without_time(answer: httpx.Response) -> Any:
    return answer.json() | {"took_s": None}


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(each.levelname, each.message) for each in caplog.records if each.name == "shop.payment"]


async def test_money_is_taken_once(client: httpx.AsyncClient, gateway: Gateway) -> None:
    first, second = await pay(client), await pay(client)
    assert without_time(first) == without_time(second)
    assert (first.status_code, first.json()["status"], first.json()["order_id"]) == (200, "succeeded", "a")
    assert gateway.asked == ["/v1/auth", "/v1/charges"]
    assert without_time(await client.get("/payments/a")) == without_time(first)


async def test_a_declined_card_is_an_answer(client: httpx.AsyncClient) -> None:
    answer = await pay(client, card="4000000000000002")
    assert (answer.status_code, answer.json()["status"], answer.json()["reason"]) == (200, "declined", "card_declined")


async def test_a_second_call_joins_the_attempt_in_flight(client: httpx.AsyncClient, gateway: Gateway) -> None:
    gateway.open.clear()
    calls = [asyncio.create_task(pay(client)) for _ in range(3)]
    await reach(lambda: gateway.asked == ["/v1/auth"])
    assert (await client.get("/payments/a")).json()["status"] == "processing"
    assert (await client.post("/payments/a/refund")).status_code == 409
    gateway.open.set()
    assert len({str(without_time(await call)) for call in calls}) == 1
    assert gateway.asked == ["/v1/auth", "/v1/charges"]


async def test_the_work_goes_on_when_the_caller_leaves(client: httpx.AsyncClient, gateway: Gateway) -> None:
    gateway.open.clear()
    call = asyncio.create_task(pay(client))
    await reach(lambda: gateway.asked == ["/v1/auth"])
    call.cancel()
    gateway.open.set()
    await reach(lambda: "a" in gateway.charges)


async def test_a_key_stands_for_one_payment(client: httpx.AsyncClient) -> None:
    await pay(client, cents=100)
    assert (await pay(client, cents=200)).status_code == 409


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (
            "times out",
            [
                ("WARNING", "Gateway timeout during payment gateway authentication."),
                ("INFO", "Retrying payment gateway request due to gateway timeout."),
            ],
        ),
        (
            "too many",
            [
                ("WARNING", "Rate limit reached during payment gateway authentication."),
                ("INFO", "Retrying payment gateway request due to rate limit."),
            ],
        ),
        (
            "refuses connections",
            [
                ("WARNING", "Gateway unavailable during payment gateway authentication."),
                ("INFO", "Retrying payment gateway request due to gateway being unavailable."),
            ],
        ),
    ],
)
async def test_passing_trouble_is_told_and_tried_again(
    start: Starts,
    gateway: Gateway,
    troubles: dict[str, Answer],
    caplog: pytest.LogCaptureFixture,
    trouble: str,
    told: list[tuple[str, str]],
) -> None:
    caplog.set_level(logging.INFO, "shop.payment")
    gateway.next_answers("/v1/auth", troubles[trouble])
    async with start(FixedVariants()) as client:
        assert (await pay(client)).json()["status"] == "succeeded"
    assert lines(caplog) == told


async def test_a_gateway_that_never_lets_us_in_makes_the_payment_fail_for_certain(
    client: httpx.AsyncClient, gateway: Gateway, troubles: dict[str, Answer]
) -> None:
    gateway.next_answers("/v1/auth", *[troubles["times out"]] * 3)
    answer = await pay(client)
    assert (answer.json()["status"], answer.json()["reason"]) == ("failed", "payment_unavailable")
    assert gateway.asked == ["/v1/auth"] * 3


async def test_an_unanswered_charge_is_never_called_failed(
    client: httpx.AsyncClient, gateway: Gateway, troubles: dict[str, Answer]
) -> None:
    gateway.next_answers("/v1/charges", *[troubles["times out"]] * 3)
    answer = await pay(client)
    assert (answer.status_code, answer.json()["type"]) == (504, "outcome-unknown")


async def test_what_was_not_recorded_the_gateway_knows(client: httpx.AsyncClient, gateway: Gateway) -> None:
    gateway.charges["b"] = {
        "id": "ch_9", "reference": "b", "amount_cents": 500, "state": "captured", "reason": None,
    }  # fmt: skip
    found = (await client.get("/payments/b")).json()
    assert (found["status"], found["charge_id"]) == ("succeeded", "ch_9")
    asked = len(gateway.asked)
    assert (await client.get("/payments/b")).json() == found
    assert len(gateway.asked) == asked


async def test_nobody_knows_an_unknown_payment(client: httpx.AsyncClient) -> None:
    assert (await client.get("/payments/nothing")).status_code == 404


async def test_a_refund_is_remembered(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await pay(client)
    refunded = (await client.post("/payments/a/refund")).json()
    assert (refunded["status"], refunded["reason"]) == ("failed", "refunded")
    assert gateway.charges["a"]["state"] == "refunded"
    assert without_time(await pay(client)) == refunded | {"took_s": None}


async def test_a_payment_refunded_before_it_came_is_never_made(client: httpx.AsyncClient) -> None:
    assert (await client.post("/payments/a/refund")).json()["reason"] == "cancelled"
    assert (await pay(client)).json()["reason"] == "cancelled"


async def test_a_restart_forgets_nothing_that_was_charged(start: Starts, gateway: Gateway) -> None:
    async with start(FixedVariants()) as client:
        first = without_time(await pay(client))
    async with start(FixedVariants()) as client:
        assert without_time(await pay(client)) == first
    assert len(gateway.charges) == 1


async def reach(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("not reached within 5 s")


def is_problem(answer: httpx.Response) -> Any:
    return answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("trouble", ["times out", "refuses connections", "too many"])
async def test_a_look_up_that_cannot_ask_the_gateway_says_so(
    client: httpx.AsyncClient, gateway: Gateway, troubles: dict[str, Answer], trouble: str
) -> None:
    gateway.next_answers("/v1/auth", troubles[trouble])
    answer = await client.get("/payments/a")
    assert answer.status_code == (504 if trouble == "times out" else 502)
    assert is_problem(answer)
