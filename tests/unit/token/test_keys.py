"""Keys take turns."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from opentelemetry.metrics import get_meter

from kit.db import Database
from kit.errors import Unauthorized
from services.token.keys import KeyRing
from services.token.schemas import UserClaims
from services.token.service import Tokens
from services.token.telemetry import Results
from tests.databases import DatabaseUrl, opened

pytestmark = pytest.mark.anyio

KEY_LIFETIME_S = 1000
TOKEN_LIFETIME_S = 100


class Clock:
    """Stands still unless moved."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Users:
    """Everybody is known."""

    async def claims(self, user_id: int) -> UserClaims:
        return UserClaims(sub=str(user_id), name="Ada", email_verified=True, roles=["shopper"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def db(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    async with opened("token", database_url("token")) as db:
        yield db


@pytest.fixture
def ring(db: Database, clock: Clock) -> KeyRing:
    return make_ring(db, clock)


def make_ring(db: Database, clock: Clock) -> KeyRing:
    return KeyRing(db, "one", key_lifetime_s=KEY_LIFETIME_S, token_lifetime_s=TOKEN_LIFETIME_S, clock=clock)


async def published(ring: KeyRing) -> list[str]:
    return [key["kid"] for key in await ring.public()]


async def test_one_key_signs_for_its_lifetime(ring: KeyRing, clock: Clock) -> None:
    first = await ring.signing()
    clock.now += KEY_LIFETIME_S - 1
    assert (await ring.signing()).kid == first.kid
    clock.now += 1
    assert (await ring.signing()).kid != first.kid


async def test_an_old_key_is_published_until_its_last_token_expired(ring: KeyRing, clock: Clock) -> None:
    first = (await ring.signing()).kid
    clock.now += KEY_LIFETIME_S + TOKEN_LIFETIME_S - 1
    second = (await ring.signing()).kid
    assert await published(ring) == [second, first]
    clock.now += 1
    assert await published(ring) == [second]
    assert await ring.find(first) is None


async def test_a_restart_goes_on_with_the_same_key(ring: KeyRing, db: Database, clock: Clock) -> None:
    assert (await ring.signing()).kid == (await make_ring(db, clock).signing()).kid


async def test_many_at_once_make_one_key(ring: KeyRing, db: Database, clock: Clock) -> None:
    other = make_ring(db, clock)
    keys = await asyncio.gather(*(each.signing() for each in (ring, other) for _ in range(4)))
    assert len({key.kid for key in keys}) == 1


async def test_tokens_outlive_the_turn_of_their_key_but_not_themselves(ring: KeyRing, clock: Clock) -> None:
    tokens = Tokens(lambda: ring, Users(), Results(get_meter("test")), TOKEN_LIFETIME_S, clock)
    first = await ring.signing()
    clock.now += KEY_LIFETIME_S - 1
    token = (await tokens.issue(7)).access_token
    clock.now += TOKEN_LIFETIME_S - 1
    assert (await ring.signing()).kid != first.kid
    assert (await tokens.verify(token)).sub == "7"
    clock.now += 1
    with pytest.raises(Unauthorized, match="expired"):
        await tokens.verify(token)


async def test_a_key_that_is_retired_signs_no_more_and_verifies_on(ring: KeyRing, db: Database, clock: Clock) -> None:
    first = await ring.signing()
    await ring.retire()
    second = await ring.signing()
    assert second.kid != first.kid
    assert await published(make_ring(db, clock)) == [second.kid, first.kid]
