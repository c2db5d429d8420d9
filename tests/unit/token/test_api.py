"""Token over HTTP."""

import logging
from typing import Any, Protocol

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OctKey

pytestmark = pytest.mark.anyio


class CredentialStore(Protocol):
    """The fake of conftest.py."""

    asked: list[str]

    def fails(self, status: int, body: Any = None) -> None: ...

    def times_out(self) -> None: ...


async def issue(client: httpx.AsyncClient) -> str:
    answer = await client.post("/tokens", json={"user_id": 7})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


async def verify(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/tokens/verify", json={"token": token})


async def test_a_token_says_what_the_credential_store_knows(
    client: httpx.AsyncClient, credential_store: CredentialStore
) -> None:
    claims = (await verify(client, await issue(client))).json()
    begins = claims.pop("nbf")
    assert (begins - claims.pop("iat"), claims.pop("exp") - begins) == (0, 3600)
    assert claims.pop("jti")
    assert claims == {
        "sub": "7",
        "name": "Ada",
        "email_verified": True,
        "roles": ["shopper"],
        "iss": "shop",
        "aud": "shop",
        "scope": "orders",
    }
    assert credential_store.asked == ["/users/7/claims"]


async def test_the_answer_is_oauth_shaped(client: httpx.AsyncClient) -> None:
    answer = (await client.post("/tokens", json={"user_id": 7})).json()
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 3600, "orders")


async def test_anybody_can_verify_with_the_published_keys_which_are_public_only(client: httpx.AsyncClient) -> None:
    keys = (await client.get("/.well-known/jwks.json")).json()["keys"]
    assert [set(key) for key in keys] == [{"kty", "crv", "x", "y", "use", "alg", "kid"}]
    token = jwt.decode(await issue(client), KeySet.import_key_set({"keys": keys}), algorithms=["ES256"])
    assert token.claims["sub"] == "7"


async def test_a_changed_token_is_refused(client: httpx.AsyncClient) -> None:
    head, payload, signature = (await issue(client)).split(".")
    other = (await issue(client)).split(".")[1]
    assert (await verify(client, f"{head}.{other}.{signature}")).status_code == 401
    assert (await verify(client, f"{head}.{payload}.")).status_code == 401


async def test_a_token_of_somebody_elses_key_is_refused(client: httpx.AsyncClient) -> None:
    header = jws.extract_compact((await issue(client)).encode()).headers()
    forged = jwt.encode(header, {"sub": "1"}, ECKey.generate_key("P-256"), algorithms=["ES256"])
    assert (await verify(client, forged)).status_code == 401


async def test_the_public_key_is_no_shared_secret(client: httpx.AsyncClient) -> None:
    key = (await client.get("/.well-known/jwks.json")).json()["keys"][0]
    secret = OctKey.import_key(key["x"] * 2)
    forged = jwt.encode({"alg": "HS256", "kid": key["kid"]}, {"sub": "1"}, secret, algorithms=["HS256"])
    assert (await verify(client, forged)).status_code == 401


@pytest.mark.parametrize("nonsense", ["x", "a.b.c", "..", "ä.ö.ü", "e30.e30.e30", "bnVsbA.bnVsbA.bnVsbA"])
async def test_nonsense_is_refused(client: httpx.AsyncClient, nonsense: str) -> None:
    answer = await verify(client, nonsense)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_no_token_for_somebody_unknown(client: httpx.AsyncClient, credential_store: CredentialStore) -> None:
    credential_store.fails(404)
    assert (await client.post("/tokens", json={"user_id": 7})).status_code == 404


async def test_no_token_for_somebody_who_may_do_nothing(
    client: httpx.AsyncClient, credential_store: CredentialStore
) -> None:
    credential_store.fails(200, {"sub": "7", "name": "Ada", "email_verified": True, "roles": ["suspended"]})
    assert (await client.post("/tokens", json={"user_id": 7})).status_code == 403


@pytest.mark.parametrize(("status", "answered"), [(504, 504), (500, 502)])
async def test_a_failing_credential_store_leaves_user_data_incomplete(
    client: httpx.AsyncClient,
    credential_store: CredentialStore,
    caplog: pytest.LogCaptureFixture,
    status: int,
    answered: int,
) -> None:
    credential_store.fails(status)
    await expect_no_token(client, caplog, answered)


async def test_a_silent_credential_store_leaves_user_data_incomplete(
    client: httpx.AsyncClient, credential_store: CredentialStore, caplog: pytest.LogCaptureFixture
) -> None:
    credential_store.times_out()
    await expect_no_token(client, caplog, 504)


async def test_claims_that_lack_a_part_are_incomplete(
    client: httpx.AsyncClient, credential_store: CredentialStore, caplog: pytest.LogCaptureFixture
) -> None:
    credential_store.fails(200, {"sub": "7"})
    await expect_no_token(client, caplog, 502)


async def expect_no_token(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, status: int) -> None:
    caplog.set_level(logging.INFO, "shop.token")
    assert (await client.post("/tokens", json={"user_id": 7})).status_code == status
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("ERROR", "Token generation failed because user data was incomplete."),
        ("INFO", "User login failed, skipping token generation."),
    ]
