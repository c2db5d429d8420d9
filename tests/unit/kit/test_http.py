"""What a peer is sent, and what its answer says."""

import logging

import httpx
import pytest
from opentelemetry.baggage import set_baggage
from opentelemetry.context import attach, detach

from kit.deadline import HEADER, expires_in
from kit.http import PeerClient, peer_client
from kit.platform import Platform
from kit.variants import FixedVariants

pytestmark = pytest.mark.anyio


def client(seen: list[httpx.Request], *, status: int = 200, external: bool = False) -> PeerClient:
    """A client of a peer that answers so."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status, json={"name": "lamp"})

    platform = Platform(FixedVariants(), transport=httpx.MockTransport(answer))
    return peer_client("peer", "http://peer:80/", timeout=httpx.Timeout(1), platform=platform, external=external)


async def test_a_request_is_sent_as_it_is_meant() -> None:
    seen: list[httpx.Request] = []
    answer = await client(seen).post("/things", json={"name": "Lämpchen"}, headers={"Idempotency-Key": "7"})
    await client(seen).get("/things", params={"query": "a b&c", "page": 1})
    assert answer.json() == {"name": "lamp"}
    assert (seen[0].method, seen[0].url.path, seen[0].content.decode()) == ("POST", "/things", '{"name":"Lämpchen"}')
    assert (seen[0].headers["Content-Type"], seen[0].headers["Idempotency-Key"]) == ("application/json", "7")
    assert dict(seen[1].url.params) == {"query": "a b&c", "page": "1"}


@pytest.mark.parametrize("external", [False, True])
async def test_an_external_peer_is_sent_neither_context_nor_deadline(*, external: bool) -> None:
    seen: list[httpx.Request] = []
    token = attach(set_baggage("synthetic", "true"))
    with expires_in(5):
        await client(seen, external=external).get("/")
    detach(token)
    assert {"baggage", HEADER.lower()} & set(seen[0].headers) == (set() if external else {"baggage", HEADER.lower()})


@pytest.mark.parametrize(
    ("status", "is_success", "is_error"), [(201, True, False), (304, False, False), (404, False, True)]
)
async def test_a_status_says_how_it_went(status: int, *, is_success: bool, is_error: bool) -> None:
    answer = await client([], status=status).get("/")
    assert (answer.is_success, answer.is_error) == (is_success, is_error)
    if not is_success:
        with pytest.raises(httpx.HTTPStatusError, match=str(status)):
            answer.raise_for_status()


async def test_a_peer_that_refuses_connections_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connect call failed", request=request)

    platform = Platform(FixedVariants(), transport=httpx.MockTransport(refuse))
    payment = peer_client("payment", "http://payment:80", timeout=httpx.Timeout(1), platform=platform)
    with caplog.at_level(logging.WARNING, "shop.http"), pytest.raises(httpx.ConnectError):
        await payment.post("/payments")
    [record] = caplog.records
    assert (record.levelname, record.message) == ("WARNING", "Cannot connect to payment.")
    assert vars(record)["exception.type"] == "httpx.ConnectError"
    assert vars(record)["exception.message"] == "Connect call failed"
    assert vars(record)["service.peer.name"] == "payment"
