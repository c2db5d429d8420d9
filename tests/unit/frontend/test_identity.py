"""Access tokens and the keys that prove them."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from joserfc.jwk import ECKey

from kit.errors import Unavailable
from kit.http import PeerClient
from kit.network import JoinedNetwork
from services.frontend.identity import (
    LEEWAY_S,
    REFETCH_AFTER_S,
    REFUSALS,
    Identities,
    Identity,
    InvalidTokenError,
    KeyRing,
    KeySource,
)
from services.frontend.variants import KeptKeyRing
from tests.recorded_metrics import RecordedMetrics
from tests.unit.frontend.peers import PASSWORD, Peers

pytestmark = pytest.mark.anyio


class Clock:
    """Stands still until moved on."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    """Monotonic."""
    return Clock()


@pytest.fixture
def recorded() -> RecordedMetrics:
    return RecordedMetrics()


@pytest.fixture
async def identities(peers: Peers, clock: Clock, recorded: RecordedMetrics) -> AsyncIterator[Identities]:
    """Among peers in process."""
    client = PeerClient("http://token:8087", JoinedNetwork(peers), httpx.Timeout(5))
    source = KeySource(client)
    ring = KeyRing(source.fetch, clock)
    identities = Identities(source, lambda: ring, recorded.meter)
    yield identities
    await identities.close()


def rotate(peers: Peers, kid: str) -> None:
    """Sign with a new key from now on; publish both."""
    peers.key = ECKey.generate_key("P-256", {"kid": kid})
    peers.published.append(peers.key)


async def test_keys_are_fetched_once(identities: Identities, peers: Peers) -> None:
    for user_id in (7, 8, 9):
        token = peers.access_token(user_id)
        assert await identities.identify(token) == Identity(user_id, "Ann")
    assert peers.asked_of("token") == [("GET", "/.well-known/jwks.json")]


async def test_new_key_is_fetched_but_not_more_often_than_every_ten_seconds(
    identities: Identities, peers: Peers, clock: Clock
) -> None:
    await identities.identify(peers.access_token(7))
    rotate(peers, "second")
    token = peers.access_token(7)
    with pytest.raises(Unavailable):
        await identities.identify(token)
    clock.now_s += REFETCH_AFTER_S
    assert (await identities.identify(token)).user_id == 7
    assert len(peers.asked_of("token")) == 2


async def test_key_nobody_published_proves_nothing(identities: Identities, peers: Peers) -> None:
    rotate(peers, "unpublished")
    peers.published.pop()
    with pytest.raises(InvalidTokenError):
        await identities.identify(peers.access_token(7))


async def test_forged_expired_and_broken_tokens_are_invalid(identities: Identities, peers: Peers) -> None:
    good = peers.access_token(7)
    head, body, signature = good.split(".")
    other = peers.access_token(8).split(".")[1]
    unsigned = "eyJhbGciOiJub25lIiwia2lkIjoiZmlyc3QifQ." + body + "."
    expired = peers.access_token(7, expires_in_s=-1)
    for_others = peers.access_token(7, aud="elsewhere")
    for token in (for_others, f"{head}.{other}.{signature}", unsigned, expired, "", "a.b.c", "a", "ä.ö.ü"):
        with pytest.raises(InvalidTokenError):
            await identities.identify(token)


async def test_a_token_from_a_clock_that_is_ahead_is_not_valid_yet(identities: Identities, peers: Peers) -> None:
    assert (await identities.identify(peers.access_token(7, ahead_s=LEEWAY_S - 2))).user_id == 7
    with pytest.raises(InvalidTokenError, match="not valid yet"):
        await identities.identify(peers.access_token(7, ahead_s=LEEWAY_S + 60))


async def test_keys_that_are_kept_do_not_know_the_next_one(identities: Identities, peers: Peers) -> None:
    source = KeySource(PeerClient("http://token:8087", JoinedNetwork(peers), httpx.Timeout(5)))
    kept = KeptKeyRing(KeyRing(source.fetch))
    stale = Identities(source, lambda: kept, RecordedMetrics().meter)
    earlier = peers.access_token(7)
    assert (await stale.identify(earlier)).user_id == 7
    rotate(peers, "second")
    with pytest.raises(InvalidTokenError, match="unknown key"):
        await stale.identify(peers.access_token(8))
    assert (await stale.identify(earlier)).user_id == 7
    assert (await identities.identify(peers.access_token(8))).user_id == 8


async def test_what_is_refused_is_counted_by_reason(
    identities: Identities, peers: Peers, clock: Clock, recorded: RecordedMetrics
) -> None:
    await identities.identify(peers.access_token(7))
    assert recorded.read()["shop.token.refused"] == dict.fromkeys(REFUSALS, 0)
    expired, early = peers.access_token(7, expires_in_s=-1), peers.access_token(7, ahead_s=60)
    for_others = peers.access_token(7, aud="elsewhere")
    rotate(peers, "unpublished")
    peers.published.pop()
    clock.now_s += REFETCH_AFTER_S
    for token in (expired, for_others, early, peers.access_token(7)):
        with pytest.raises(InvalidTokenError):
            await identities.identify(token)
    assert recorded.read()["shop.token.refused"] == dict.fromkeys(REFUSALS, 1)


async def test_a_token_that_was_valid_expires(identities: Identities, peers: Peers) -> None:
    token = peers.access_token(7, expires_in_s=2)
    assert await identities.identify(token) == Identity(7, "Ann")

    async def until_refused() -> None:
        while True:
            await identities.identify(token)
            await asyncio.sleep(0.05)

    with pytest.raises(InvalidTokenError, match="expired"):
        await asyncio.wait_for(until_refused(), 5)


async def test_a_login_needs_no_keys_and_an_order_does(browser: httpx.AsyncClient, peers: Peers) -> None:
    peers.failing["token"] = httpx.ConnectError("")
    answer = await browser.post("/api/session", json={"email": "ann@example.com", "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (200, {"user_id": 7, "name": "Ann"})
    assert (await browser.get("/api/orders")).status_code == 503
