"""Payment in process, in front of a gateway that does what the test says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.payment.app import create_app
from services.payment.settings import Settings
from tests.databases import DatabaseUrl


class FakeGateway(httpx.AsyncBaseTransport):
    """The gateway: keeps charges by key, is slow or silent on request, and counts what it is asked."""

    def __init__(self) -> None:
        self.charges: dict[str, dict[str, object]] = {}
        self.asked: list[str] = []
        self.answers: dict[str, list[Callable[[httpx.Request], httpx.Response]]] = {}
        self.open = asyncio.Event()
        self.open.set()

    def next_answers(self, path: str, *answers: Callable[[httpx.Request], httpx.Response]) -> None:
        """The next requests to `path` get these answers."""
        self.answers[path] = list(answers)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        await self.open.wait()
        if self.answers.get(path):
            return self.answers[path].pop(0)(request)
        return getattr(self, "_" + path.split("/")[2])(request)  # type: ignore[no-any-return]

    def _auth(self, _: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"access_token": "token"})

    def _charges(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            charge = self.charges.get(request.url.path.rsplit("/", 1)[1])
            return httpx.Response(200, json=charge) if charge else httpx.Response(404)
        body = httpx.Response(200, content=request.content).json()
        declined = body["card_number"] == "4000000000000002"
        charge = {
            "id": f"ch_{len(self.charges)}",
            "reference": body["reference"],
            "amount_cents": body["amount_cents"],
            "state": "declined" if declined else "captured",
            "reason": "card_declined" if declined else None,
        }
        return httpx.Response(200, json=self.charges.setdefault(request.headers["Idempotency-Key"], charge))

    def _refunds(self, request: httpx.Request) -> httpx.Response:
        key = httpx.Response(200, content=request.content).json()["idempotency_key"]
        nothing = {"id": "ch_none", "reference": "", "amount_cents": 0, "state": "cancelled", "reason": None}
        charge = self.charges.setdefault(key, nothing)
        if charge["state"] == "captured":
            charge["state"] = "refunded"
        return httpx.Response(200, json=charge)


def times_out(request: httpx.Request) -> httpx.Response:
    """No answer in time; whatever was asked was not done."""
    raise httpx.ReadTimeout("", request=request)


def refuses_connections(request: httpx.Request) -> httpx.Response:
    """Nobody is there."""
    raise httpx.ConnectError("", request=request)


def too_many(_: httpx.Request) -> httpx.Response:
    """The rate limit is reached."""
    return httpx.Response(429)


TROUBLES = {"times out": times_out, "refuses connections": refuses_connections, "too many": too_many}


@pytest.fixture
def gateway() -> FakeGateway:
    """The gateway."""
    return FakeGateway()


@pytest.fixture
def troubles() -> dict[str, Callable[[httpx.Request], httpx.Response]]:
    """What a gateway can do instead of answering."""
    return TROUBLES


Starts = Callable[[FixedVariants], AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def start(database_url: DatabaseUrl, gateway: FakeGateway) -> Starts:
    """Starts payment, with a pool of two that gives up after 0.5 s, on a database that outlives it."""
    url = database_url("payment")

    @asynccontextmanager
    async def start(variants: FixedVariants) -> AsyncIterator[httpx.AsyncClient]:
        settings = Settings(database_url=url, database_pool_timeout_s=0.5)
        app = create_app(settings, Platform(variants, gateway))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://payment") as client,
        ):
            yield client

    return start


@pytest.fixture
async def client(start: Starts) -> AsyncIterator[httpx.AsyncClient]:
    """Asks payment in health."""
    async with start(FixedVariants()) as client:
        yield client
