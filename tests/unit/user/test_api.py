"""Registration and login over HTTP."""

import logging
from typing import Any, Protocol

import httpx
import pytest

from services.user.passwords import Passwords, TooBusyError

pytestmark = pytest.mark.anyio

DATABASE_PORT, TOKEN_PORT = 8086, 8087

SHOPPER = {"email": "Shopper042@example.com", "password": "open-sesame-please"}
ADA = {"email": "ada@example.com", "password": "analytical engine", "name": "Ada"}


class Peers(Protocol):
    """The fake of conftest.py."""

    def fails(self, port: int, status: int) -> None: ...

    def raises(self, port: int, error: type[httpx.TransportError]) -> None: ...


async def post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    answer = await client.post(path, json=body)
    return answer.status_code, answer.json()


async def test_a_shopper_logs_in_and_gets_a_token(client: httpx.AsyncClient) -> None:
    status, session = await post(client, "/sessions", SHOPPER)
    tokens = session["tokens"]
    assert (status, session["user_id"], tokens["expires_in"], tokens["scope"]) == (200, 42, 3600, "orders")
    assert tokens["access_token"].count(".") == 2
    assert set(session) == {"user_id", "name", "tokens"}


async def test_somebody_new_can_log_in(client: httpx.AsyncClient) -> None:
    assert await post(client, "/users", ADA) == (201, {"user_id": 501, "name": "Ada"})
    status, session = await post(client, "/sessions", ADA | {"email": "ADA@example.com"})
    assert (status, session["user_id"], session["name"]) == (200, 501, "Ada")


async def test_an_address_can_be_used_once(client: httpx.AsyncClient) -> None:
    await post(client, "/users", ADA)
    status, problem = await post(client, "/users", ADA)
    assert (status, problem["detail"]) == (409, "There is an account with this e-mail address.")


@pytest.mark.parametrize(
    "wrong",
    [{"password": "open sesame please"}, {"email": "nobody@example.com"}, {"email": "no address"}, {"email": "\x00"}],
)
async def test_a_wrong_login_is_refused_and_does_not_say_why(client: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    status, problem = await post(client, "/sessions", SHOPPER | wrong)
    assert (status, problem["detail"]) == (401, "The e-mail address or the password is wrong.")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"password": "Password1"}, "most common"),
        ({"password": "aAbBaAbB"}, "different characters"),
        ({"password": "Ada@example.com"}, "e-mail address"),
        ({"password": "x!x"}, "documented form"),
        ({"email": "ada@localhost"}, "documented form"),
        ({"name": "\x00"}, "documented form"),
    ],
)
async def test_what_cannot_be_accepted_is_explained_and_not_repeated(
    client: httpx.AsyncClient, change: dict[str, str], rule: str
) -> None:
    status, problem = await post(client, "/users", ADA | change)
    assert status == 422
    assert rule in problem["detail"]
    assert (ADA | change)["password"] not in str(problem)


async def test_unpaired_surrogates_are_refused(client: httpx.AsyncClient) -> None:
    body = rb'{"email": "a@example.com", "password": "\ud800\ud800\ud800"}'
    answer = await client.post("/sessions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(each.levelname, each.message) for each in caplog.records if each.name == "shop.user"]


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.__dict__["exception.message"] for each in caplog.records if each.name == "shop.user"]


async def expect_timeout(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "shop.user")
    status, problem = await post(client, "/sessions", SHOPPER)
    assert (status, problem["detail"]) == (500, "Something went wrong.")
    assert logged(caplog) == [
        ("ERROR", "Database query timed out while validating user credentials."),
        ("INFO", "User login failed due to timeout during database query."),
    ]


async def test_a_credential_store_that_ran_out_of_time_is_told_as_a_timeout(
    client: httpx.AsyncClient, peers: Peers, caplog: pytest.LogCaptureFixture
) -> None:
    peers.fails(DATABASE_PORT, 504)
    await expect_timeout(client, caplog)


async def test_a_silent_credential_store_is_told_as_a_timeout(
    client: httpx.AsyncClient, peers: Peers, caplog: pytest.LogCaptureFixture
) -> None:
    peers.raises(DATABASE_PORT, httpx.ReadTimeout)
    await expect_timeout(client, caplog)


async def test_a_credential_store_that_is_away_is_no_timeout(
    client: httpx.AsyncClient, peers: Peers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shop.user")
    peers.raises(DATABASE_PORT, httpx.ConnectError)
    assert (await post(client, "/sessions", SHOPPER))[0] == 500
    assert logged(caplog) == [("ERROR", "User login failed because credentials could not be read.")]
    assert reasons(caplog) == ["The database service cannot be reached."]


async def test_a_session_begins_without_tokens_where_none_are_granted(client: httpx.AsyncClient, peers: Peers) -> None:
    peers.fails(TOKEN_PORT, 403)
    status, session = await post(client, "/sessions", SHOPPER)
    assert (status, session["user_id"], session["tokens"]) == (200, 42, None)


@pytest.mark.parametrize("failure", [httpx.ConnectTimeout, httpx.ConnectError])
async def test_a_session_begins_without_tokens_where_token_is_not_reached(
    client: httpx.AsyncClient, peers: Peers, failure: type[httpx.TransportError], caplog: pytest.LogCaptureFixture
) -> None:
    peers.raises(TOKEN_PORT, failure)
    status, session = await post(client, "/sessions", SHOPPER)
    assert (status, session["tokens"]) == (200, None)
    assert logged(caplog) == [("WARNING", "A session begins without tokens.")]


async def test_without_a_token_there_is_no_login(
    client: httpx.AsyncClient, peers: Peers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shop.user")
    peers.fails(TOKEN_PORT, 502)
    assert (await post(client, "/sessions", SHOPPER))[0] == 500
    assert logged(caplog) == [("ERROR", "User login failed because no token was issued.")]
    assert reasons(caplog) == ["The token service answered 502."]


async def test_a_login_whose_password_cannot_be_checked_in_time_fails(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shop.user")

    async def busy(*_: object) -> bool:
        raise TooBusyError("No thread became free in time.")

    monkeypatch.setattr(Passwords, "matches", busy)
    monkeypatch.setattr(Passwords, "hash", busy)
    assert (await post(client, "/sessions", SHOPPER))[0] == 500
    assert (await post(client, "/users", ADA))[0] == 500
    assert logged(caplog) == [
        ("ERROR", "User login failed because its password could not be checked in time."),
        ("ERROR", "User registration failed."),
    ]


async def test_registration_needs_the_credential_store(client: httpx.AsyncClient, peers: Peers) -> None:
    peers.fails(DATABASE_PORT, 504)
    assert (await post(client, "/users", ADA))[0] == 500


async def test_nothing_personal_is_logged(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "shop")
    await post(client, "/users", ADA)
    _, session = await post(client, "/sessions", ADA)
    await post(client, "/sessions", ADA | {"password": "something else"})
    text = " ".join(str(each.__dict__) for each in caplog.records)
    for secret in ("ada@example.com", ADA["password"], "argon2", session["tokens"]["access_token"], "something else"):
        assert secret not in text
    assert "User created." in text


async def test_who_logs_in_with_a_breached_password_is_named_to_customer_care(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await post(client, "/users", ADA)
    for login in (SHOPPER, ADA):
        assert (await post(client, "/sessions", login))[0] == 200
    assert logged(caplog) == [("WARNING", "A password is known from a data breach.")]
    assert [each.__dict__["shop.user.id"] for each in caplog.records if each.name == "shop.user"] == [501]
