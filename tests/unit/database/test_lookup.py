"""Breached passwords are asked of an external peer: what becomes of the connection meanwhile, and of the login."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import httpx
import pytest

from kit.variants import FixedVariants

pytestmark = pytest.mark.anyio

Starts = Callable[[FixedVariants], AbstractAsyncContextManager[httpx.AsyncClient]]

SHOPPER = {"email": "shopper001@example.com", "password_prefix": "E38AD"}
WAITING = ("INFO", "Database connection pool reached max connections, waiting.")
TIMED_OUT = ("ERROR", "Database connection timeout while querying user credentials.")
HELD = {"credentials_connection_held": "on"}


class Breaches(Protocol):
    """The fake of conftest.py."""

    answer: Callable[[httpx.Request], httpx.Response]
    requests: list[httpx.Request]
    open: asyncio.Event


async def find(client: httpx.AsyncClient, query: dict[str, str] = SHOPPER) -> tuple[int, Any]:
    answer = await client.post("/credentials/query", json=query)
    return answer.status_code, answer.json()


async def asked(breaches: Breaches, times: int = 1) -> None:
    for _ in range(1000):
        if len(breaches.requests) == times:
            return
        await asyncio.sleep(0.005)
    pytest.fail("the external peer was not asked within 5 s")


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[tuple[str, str]]]:
    caplog.set_level(logging.INFO, "shop.database")
    return lambda: [(record.levelname, record.message) for record in caplog.records if record.name == "shop.database"]


async def claims_meanwhile(start: Starts, breaches: Breaches, variants: FixedVariants) -> int:
    """The status of a query that comes while the external peer thinks about a login, on a pool of one."""
    breaches.open.clear()
    async with start(variants) as client:
        login = asyncio.create_task(find(client))
        await asked(breaches)
        status = (await client.get("/users/1/claims")).status_code
        breaches.open.set()
        assert (await login)[0] == 200
    return status


async def test_in_health_the_connection_is_free_while_the_external_peer_answers(
    start: Starts, breaches: Breaches, told: Callable[[], list[tuple[str, str]]]
) -> None:
    assert await claims_meanwhile(start, breaches, FixedVariants()) == 200
    assert told() == []


async def test_a_connection_that_is_held_is_missed_by_others_who_say_so(
    start: Starts, breaches: Breaches, told: Callable[[], list[tuple[str, str]]]
) -> None:
    assert await claims_meanwhile(start, breaches, FixedVariants(**HELD)) == 504
    assert told() == [WAITING, TIMED_OUT]


@pytest.mark.parametrize("remedy", ["credentials_release_connection", "credentials_larger_pool"])
async def test_each_remedy_helps_while_the_fault_is_on(
    start: Starts, breaches: Breaches, told: Callable[[], list[tuple[str, str]]], remedy: str
) -> None:
    assert await claims_meanwhile(start, breaches, FixedVariants(**HELD, **{remedy: "on"})) == 200
    assert told() == []


async def test_a_connection_that_becomes_free_in_time_serves(start: Starts, breaches: Breaches) -> None:
    breaches.open.clear()
    async with start(FixedVariants(**HELD)) as client:
        login = asyncio.create_task(find(client))
        await asked(breaches)
        waiting = asyncio.create_task(client.get("/users/1/claims"))
        await asyncio.sleep(0)
        breaches.open.set()
        assert (await waiting).status_code == (await login)[0] == 200


async def test_the_external_peer_gets_the_prefix_and_no_trace(client: httpx.AsyncClient, breaches: Breaches) -> None:
    assert (await find(client))[1]["breached_suffixes"] == ["A"]
    (request,) = breaches.requests
    assert str(request.url).endswith("/v1/breached-passwords?prefix=E38AD")
    assert not {"traceparent", "x-deadline-ms"} & set(request.headers)


async def test_the_external_peer_is_asked_for_strangers_too(client: httpx.AsyncClient, breaches: Breaches) -> None:
    assert (await find(client, SHOPPER | {"email": "nobody@example.com"}))[0] == 404
    assert len(breaches.requests) == 1, "how long it takes would tell who has an account"


def _away(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("", request=request)


@pytest.mark.parametrize(
    "answer", [_away, lambda _: httpx.Response(503), lambda _: httpx.Response(200, json={"suffixes": 7})]
)
async def test_a_login_goes_on_without_the_external_peer(
    client: httpx.AsyncClient,
    breaches: Breaches,
    told: Callable[[], list[tuple[str, str]]],
    answer: Callable[[httpx.Request], httpx.Response],
) -> None:
    breaches.answer = answer
    status, found = await find(client)
    assert (status, found["breached_suffixes"]) == (200, [])
    assert told() == [("WARNING", "Breached passwords could not be searched.")]


STRANGER = SHOPPER | {"email": "shoper001@example.com"}
LEAKS = {"database_deployment": "leaks"}


async def test_a_leaking_release_gives_no_connection_back_for_strangers(start: Starts, breaches: Breaches) -> None:
    async with start(FixedVariants(**LEAKS, credentials_release_connection="on")) as client:
        assert [(await find(client))[0] for _ in range(3)] == [200, 200, 200]
        assert (await find(client, STRANGER))[0] == 404
        assert (await find(client))[0] == 504
        assert (await client.get("/users/1/claims")).status_code == 504
    assert len(breaches.requests) == 4, "strangers are searched for, too"


async def test_connections_that_leaked_come_back_with_the_repair(start: Starts) -> None:
    variants = FixedVariants(**LEAKS)
    async with start(variants) as client:
        await find(client, STRANGER)
        assert (await find(client))[0] == 504
        variants.values["credentials-close-connections"] = "on"
        assert [(await find(client, who))[0] for who in (STRANGER, SHOPPER)] == [404, 200]
        assert (await client.get("/users/1/claims")).status_code == 200


def the_timeout(breaches: Breaches) -> object:
    (request,) = breaches.requests
    return request.extensions["timeout"]["read"]


@pytest.mark.parametrize(
    ("variants", "read_s"),
    [
        ({}, 0.8),
        ({"breach_search_unbounded": "on"}, None),
        ({"breach_search_unbounded": "on", "breach_search_timeout": "on"}, 0.8),
    ],
)
async def test_how_long_the_breaches_may_take(
    start: Starts, breaches: Breaches, variants: dict[str, str], read_s: float | None
) -> None:
    async with start(FixedVariants(**variants)) as client:
        assert (await find(client))[0] == 200
    assert the_timeout(breaches) == read_s


async def test_the_fallback_asks_nobody(start: Starts, breaches: Breaches) -> None:
    async with start(FixedVariants(breach_search_unbounded="on", breach_search_fallback="on")) as client:
        status, found = await find(client)
    assert (status, found["breached_suffixes"], breaches.requests) == (200, [], [])
