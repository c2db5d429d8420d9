"""The credential store over HTTP."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from kit.variants import FixedVariants
from services.database.seed import PASSWORD_HASH

pytestmark = pytest.mark.anyio

Starts = Callable[[FixedVariants], AbstractAsyncContextManager[httpx.AsyncClient]]

ADA = {"email": "Ada@Example.com", "name": "Ada L.", "password_hash": PASSWORD_HASH}


def ask(email: str) -> dict[str, str]:
    return {"email": email, "password_prefix": "E38AD"}


async def post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    answer = await client.post(path, json=body)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(("email", "user_id"), [("shopper001@example.com", 1), ("shopper500@example.com", 500)])
async def test_shoppers_are_seeded_under_their_numbers(client: httpx.AsyncClient, email: str, user_id: int) -> None:
    status, found = await post(client, "/credentials/query", ask(email))
    assert (status, found["user_id"], found["password_hash"]) == (200, user_id, PASSWORD_HASH)
    assert set(found) == {"user_id", "password_hash", "name", "breached_suffixes"}


async def test_somebody_new_is_found_whatever_the_case_of_the_address(client: httpx.AsyncClient) -> None:
    assert await post(client, "/credentials", ADA) == (201, {"user_id": 501})
    status, found = await post(client, "/credentials/query", ask("aDa@example.COM"))
    assert (status, found["user_id"], found["name"]) == (200, 501, "Ada L.")


async def test_an_address_can_be_used_once(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "shop")
    await post(client, "/credentials", ADA)
    status, problem = await post(client, "/credentials", ADA | {"email": "ADA@example.com"})
    assert (status, problem["title"]) == (409, "Conflict")
    assert "example.com" not in caplog.text + problem["detail"]


async def test_an_address_used_twice_at_once_makes_one_user(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(post(client, "/credentials", ADA) for _ in range(2)))
    assert sorted(status for status, _ in answers) == [201, 409]


async def test_the_claims_of_a_shopper(client: httpx.AsyncClient) -> None:
    claims = (await client.get("/users/1/claims")).json()
    assert claims == {"sub": "1", "name": claims["name"], "email_verified": True, "roles": ["shopper"]}


async def test_the_claims_of_somebody_new_are_not_verified(client: httpx.AsyncClient) -> None:
    await post(client, "/credentials", ADA)
    assert (await client.get("/users/501/claims")).json()["email_verified"] is False


async def test_unknown_people_are_problems(client: httpx.AsyncClient) -> None:
    assert (await client.get("/users/501/claims")).status_code == 404
    assert (await post(client, "/credentials/query", ask("no@example.com")))[0] == 404


@pytest.mark.parametrize(
    "change",
    [{"email": "nobody"}, {"email": "a@b\x00"}, {"name": "\x00"}, {"name": ""}, {"password_hash": "hunter2"}],
)
async def test_what_cannot_be_stored_is_refused_without_repeating_it(
    client: httpx.AsyncClient, change: dict[str, str]
) -> None:
    status, problem = await post(client, "/credentials", ADA | change)
    assert status == 422
    assert "hunter2" not in str(problem)


async def test_a_body_that_is_no_text_is_a_documented_problem(client: httpx.AsyncClient) -> None:
    answer = await client.post("/credentials", content=b"\xff", headers={"Content-Type": "application/json"})
    documented = (await client.get("/openapi.json")).json()["paths"]["/credentials"]["post"]["responses"]
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert "400" in documented


async def test_huge_ids_are_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/users/{10**30}/claims")).status_code == 422


async def test_whoever_is_suspended_is_no_shopper_until_reinstated(start: Starts) -> None:
    for switched, roles in (("off", ["suspended"]), ("on", ["shopper"])):
        async with start(FixedVariants(accounts_suspended="on", accounts_reinstated=switched)) as client:
            assert (await client.get("/users/10/claims")).json()["roles"] == roles
            assert (await client.get("/users/11/claims")).json()["roles"] == ["shopper"]
