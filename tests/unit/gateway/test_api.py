"""The gateway over HTTP."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

GOOD = "4242424242424242"


async def charge(merchant: httpx.AsyncClient, key: str, card: str = GOOD, cents: int = 1999) -> httpx.Response:
    body = {"amount_cents": cents, "card_number": card, "reference": f"order-{key}"}
    return await merchant.post("/v1/charges", json=body, headers={"Idempotency-Key": key})


async def refund(merchant: httpx.AsyncClient, key: str) -> Any:
    return (await merchant.post("/v1/refunds", json={"idempotency_key": key})).json()


@pytest.mark.parametrize("api_key", [None, "", "shop-sandbox", "shop-sandbox:wrong", "nobody:sk_sandbox_4fQm0cT7yN"])
async def test_a_wrong_api_key_opens_nothing(client: httpx.AsyncClient, api_key: str | None) -> None:
    headers = {} if api_key is None else {"X-Api-Key": api_key}
    assert (await client.post("/v1/auth", headers=headers)).status_code == 401


@pytest.mark.parametrize("authorization", [{}, {"Authorization": "Bearer forged"}])
async def test_charges_need_a_token(client: httpx.AsyncClient, authorization: dict[str, str]) -> None:
    client.headers.update(authorization)
    assert (await charge(client, "a")).status_code == 401


async def test_a_key_is_charged_once(merchant: httpx.AsyncClient) -> None:
    first, second = await charge(merchant, "a"), await charge(merchant, "a")
    assert first.json() == second.json()
    assert first.json()["state"] == "captured"
    assert first.json() == (await merchant.get("/v1/charges/a")).json()


async def test_a_key_stands_for_one_amount(merchant: httpx.AsyncClient) -> None:
    await charge(merchant, "a", cents=100)
    assert (await charge(merchant, "a", cents=200)).status_code == 409


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("4000000000000002", "card_declined"),
        ("4000000000009995", "insufficient_funds"),
        ("4242424242424241", "invalid_number"),
    ],
)
async def test_some_cards_are_declined(merchant: httpx.AsyncClient, card: str, reason: str) -> None:
    answer = await charge(merchant, "a", card)
    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "declined", reason)


async def test_a_refund_gives_back_once(merchant: httpx.AsyncClient) -> None:
    await charge(merchant, "a")
    assert (await refund(merchant, "a"))["state"] == "refunded"
    assert (await refund(merchant, "a"))["state"] == "refunded"
    assert (await charge(merchant, "a")).json()["state"] == "refunded"


async def test_a_refund_that_comes_first_keeps_the_charge_from_being_made(merchant: httpx.AsyncClient) -> None:
    assert (await refund(merchant, "a"))["state"] == "cancelled"
    assert (await charge(merchant, "a")).json()["state"] == "cancelled"


async def test_a_declined_charge_has_nothing_to_refund(merchant: httpx.AsyncClient) -> None:
    await charge(merchant, "a", "4000000000000002")
    assert (await refund(merchant, "a"))["state"] == "declined"


async def test_an_unknown_charge_is_not_found(merchant: httpx.AsyncClient) -> None:
    answer = await merchant.get("/v1/charges/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_books_come_page_by_page(merchant: httpx.AsyncClient) -> None:
    for key in "abc":
        await charge(merchant, key)
    first = (await merchant.get("/audit", params={"limit": 2})).json()
    second = (await merchant.get("/audit", params={"limit": 2, "after": first["next"]})).json()
    assert [each["idempotency_key"] for each in first["charges"] + second["charges"]] == ["a", "b", "c"]
    assert second["next"] is None


async def test_breached_passwords_are_found_by_range(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/breached-passwords", params={"prefix": "E38AD"})  # SHA-1 of password1: E38AD214943D…
    assert "214943DAAD1D64C102FAEC29DE4AFE9DA3D" in answer.json()["suffixes"]
    assert (await client.get("/v1/breached-passwords", params={"prefix": "00000"})).json() == {"suffixes": []}


@pytest.mark.parametrize("prefix", ["E38A", "E38AD2", "e38ad", "E38AX"])
async def test_a_range_is_named_by_five_digits(client: httpx.AsyncClient, prefix: str) -> None:
    assert (await client.get("/v1/breached-passwords", params={"prefix": prefix})).status_code == 422


async def test_a_supplier_confirms_as_often_as_he_is_asked(client: httpx.AsyncClient) -> None:
    pieces = {"reference": "order", "product_id": 120, "quantity": 1}
    for _ in range(2):
        answer = await client.post("/v1/confirmations", json=pieces)
        assert (answer.status_code, answer.json()) == (200, {"reference": "order"})
    assert (await client.post("/v1/confirmations", json=pieces | {"quantity": 0})).status_code == 422
