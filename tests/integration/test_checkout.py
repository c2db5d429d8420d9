"""Checkouts through order, payment, gateway and inventory, joined in process, and what the audit says of them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from fastapi import FastAPI

from kit.platform import Platform
from kit.variants import FixedVariants
from services.gateway.app import create_app as create_gateway
from services.gateway.settings import Settings as GatewaySettings
from services.inventory.app import create_app as create_inventory
from services.inventory.settings import Settings as InventorySettings
from services.order.app import create_app as create_order
from services.order.settings import Settings as OrderSettings
from services.payment.app import create_app as create_payment
from services.payment.settings import Settings as PaymentSettings
from tests.databases import DatabaseUrl
from whodunit.audit.books import Books, Library
from whodunit.audit.findings import Findings, compare

pytestmark = pytest.mark.anyio

GOOD, DECLINED = "4242424242424242", "4000000000000002"
SCARCE = 240
VOLUME_BYTES = 100 * 4096
SERVICES = ("gateway", "payment", "inventory", "order")
SomeShop = TypeVar("SomeShop", bound="Shop")


class Street(httpx.AsyncBaseTransport):
    """The network between the services: it gives up when the caller does, and can lose answers."""

    def __init__(self) -> None:
        self.apps: dict[str, FastAPI] = {}
        self.loses: Counter[str] = Counter()
        self.slow_s: dict[str, float] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        serving = asyncio.create_task(self._serve(request), context=Context())
        timeout_s = request.extensions.get("timeout", {}).get("read")
        done, _ = await asyncio.wait({serving}, timeout=timeout_s)
        if not done:  # the server goes on, as servers do
            raise httpx.ReadTimeout("", request=request)
        if self.loses[f"{request.method} {request.url.path}"] > 0:
            self.loses[f"{request.method} {request.url.path}"] -= 1
            raise httpx.ReadError("", request=request)
        return serving.result()

    async def _serve(self, request: httpx.Request) -> httpx.Response:
        app = self.apps.get(request.url.host)
        if app is None:
            raise httpx.ConnectError("", request=request)
        await asyncio.sleep(self.slow_s.get(request.url.path, 0))
        return await httpx.ASGITransport(app, raise_app_exceptions=False).handle_async_request(request)


class Shop:
    """Four services on databases that outlive them, hundreds of times less patient than the real ones."""

    def __init__(self, database_url: DatabaseUrl, volume: Path | None = None) -> None:
        self.database_url = database_url
        self.volume = volume
        self.street = Street()
        self.platform = Platform(FixedVariants(), self.street)
        self.running = AsyncExitStack()

    def create(self, name: str) -> FastAPI:
        url = self.database_url(name)
        if name == "gateway":
            settings = GatewaySettings(database_url=url, gateway_auth_ms=0, gateway_charge_ms=0)
            return create_gateway(settings, self.platform)
        if name == "payment":
            payment = PaymentSettings(database_url=url, gateway_url="http://gateway", database_pool_timeout_s=0.4)
            return create_payment(payment, self.platform)
        if name == "inventory":
            return create_inventory(InventorySettings(database_url=url), self.platform)
        order = OrderSettings(
            database_url=url,
            payment_url="http://payment",
            inventory_url="http://inventory",
            order_answer_within_s=0.2,
            order_deadline_s=1.0,
            payment_timeout_s=0.9,
            order_left_after_s=1.5,
            order_look_every_s=0.1,
            order_volume=self.volume,
            order_volume_bytes=VOLUME_BYTES,
        )
        return create_order(order, self.platform)

    async def open(self, name: str, *, at: str = "") -> None:
        app = self.create(name)
        await self.running.enter_async_context(app.router.lifespan_context(app))
        self.street.apps[at or name] = app

    async def reopen(self, name: str) -> None:
        """It is killed, and another process takes its place."""
        self.kill(name)
        await self.open(name)

    def kill(self, name: str) -> None:
        """The service stops where it stands: what it was doing is never finished, nobody is told."""
        app = self.street.apps.pop(name)
        held = app.state.orders.in_flight if name == "order" else app.state.payments._in_flight
        for each in list(held.values()):
            each.task.cancel()

    async def check_out(self, key: str, *, card: str = GOOD, product_id: int = 1, quantity: int = 1) -> Any:
        items = [{"product_id": product_id, "quantity": quantity, "unit_price_cents": 1999}]
        body = {"user_id": 1, "items": items, "card_number": card}
        async with httpx.AsyncClient(transport=self.street, base_url="http://order") as client:
            return (await client.post("/orders", json=body, headers={"Idempotency-Key": key})).json()

    async def ended(self, order_id: str) -> Any:
        """The order once it has left processing."""
        async with httpx.AsyncClient(transport=self.street, base_url="http://order") as client:
            for _ in range(400):
                order = (await client.get(f"/orders/{order_id}")).json()
                if order["status"] != "processing":
                    return order
                await asyncio.sleep(0.02)
        pytest.fail("the order stays in processing")

    async def audit(self) -> Findings:
        """What the books say; they are read in process, then compared as `whodunit audit` does."""
        pages: dict[tuple[str, str], httpx.Response] = {}
        async with httpx.AsyncClient(transport=self.street) as client:
            for name in ("order", "gateway", "inventory"):
                pages[name, "/audit"] = await client.get(f"http://{name}/audit")
        read = httpx.MockTransport(lambda request: _copy(pages[request.url.host, request.url.path]))
        library = Library(httpx.Client(transport=read), {name: f"http://{name}" for name in SERVICES})
        orders = library.orders()
        return compare(Books(orders, library.charges(), library.products(), orders), datetime.now(UTC))


def _copy(response: httpx.Response) -> httpx.Response:
    return httpx.Response(response.status_code, json=response.json())


def clean(orders: int) -> Findings:
    return Findings(orders=orders, lost=0, double_charged=0, stock_difference=0, stuck=0)


@asynccontextmanager
async def opened(shop: SomeShop) -> AsyncIterator[SomeShop]:
    async with shop.running:
        for name in SERVICES:
            await shop.open(name)
        yield shop


@pytest.fixture
async def shop(database_url: DatabaseUrl) -> AsyncIterator[Shop]:
    """A shop in health."""
    async with opened(Shop(database_url)) as shop:
        yield shop


async def test_many_checkouts_end_and_the_books_agree(shop: Shop) -> None:
    cards = [DECLINED if n % 5 == 0 else GOOD for n in range(30)]
    orders = await asyncio.gather(*(shop.check_out(f"key-{n}", card=card) for n, card in enumerate(cards)))
    ended = [await shop.ended(order["id"]) for order in orders]
    assert Counter(order["reason"] for order in ended) == {None: 24, "card_declined": 6}
    assert await shop.audit() == clean(30)


async def test_a_checkout_sent_twenty_times_is_one_order_and_one_charge(shop: Shop) -> None:
    orders = await asyncio.gather(*(shop.check_out("key") for _ in range(20)))
    assert len({order["id"] for order in orders}) == 1
    assert (await shop.ended(orders[0]["id"]))["status"] == "completed"
    assert await shop.audit() == clean(1)


async def test_two_instances_of_payment_charge_once(shop: Shop) -> None:
    await shop.open("payment", at="payment-2")
    body = {"order_id": "order", "amount_cents": 1999, "card_number": GOOD}
    async with httpx.AsyncClient(transport=shop.street, headers={"Idempotency-Key": "order"}) as client:
        calls = (client.post(f"http://{name}/payments", json=body) for name in ["payment", "payment-2"] * 10)
        payments = [answer.json() for answer in await asyncio.gather(*calls)]
        charges = (await client.get("http://gateway/audit")).json()["charges"]
    assert {payment["status"] for payment in payments} == {"succeeded"}
    assert [charge["amount_cents"] for charge in charges] == [1999]


async def test_what_is_out_of_stock_is_paid_back(shop: Shop) -> None:
    orders = [await shop.check_out(f"key-{n}", product_id=SCARCE, quantity=2) for n in range(2)]
    ended = [await shop.ended(order["id"]) for order in orders]
    assert [(order["status"], order["reason"]) for order in ended] == [
        ("completed", None),
        ("failed", "out_of_stock"),
    ]
    assert await shop.audit() == clean(2)


async def test_a_late_payment_misses_the_deadline_and_is_delivered_later(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "shop")
    shop.street.slow_s["/v1/charges"] = 1.3
    order = await shop.check_out("key")
    assert order["status"] == "processing"
    assert (await shop.ended(order["id"]))["status"] == "completed"
    assert [message for message in caplog.messages if message != "Order completed."] == [
        "Payment service timeout, retrying.",
        "Order processing delayed due to payment timeout.",
        "Inventory reservation refused: the order's deadline passed while it waited for payment.",
        "Inventory reservation made on a later call: an earlier one came after the order's deadline.",
    ]
    assert await shop.audit() == clean(1)


@pytest.mark.parametrize("lost", ["POST /v1/auth", "POST /v1/charges", "POST /payments", "POST /reservations"])
async def test_an_answer_that_gets_lost_changes_nothing(shop: Shop, lost: str) -> None:
    shop.street.loses[lost] = 1
    order = await shop.check_out("key")
    assert (await shop.ended(order["id"]))["status"] == "completed"
    assert await shop.audit() == clean(1)


@pytest.mark.parametrize("victim", ["order", "payment"])
@pytest.mark.parametrize("slow", ["/v1/auth", "/v1/charges", "/reservations"])
async def test_a_crash_anywhere_loses_nothing_and_charges_nobody_twice(shop: Shop, victim: str, slow: str) -> None:
    shop.street.slow_s[slow] = 0.4
    orders = await asyncio.gather(*(shop.check_out(f"key-{n}") for n in range(5)))
    shop.kill(victim)
    shop.street.slow_s.clear()
    await shop.open(victim)
    for order in orders:
        assert (await shop.ended(order["id"]))["status"] in {"completed", "failed"}
    assert await shop.audit() == clean(5)


async def test_a_pool_run_dry_is_told_by_every_service_and_loses_nothing(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "shop")
    assert isinstance(shop.platform.variants, FixedVariants)
    shop.platform.variants.values["payment-pool-exhaustion"] = "on"
    shop.street.slow_s["/v1/auth"] = 0.3
    orders = await asyncio.gather(*(shop.check_out(f"key-{n}") for n in range(12)))
    await _reach(lambda: set(caplog.messages) >= EVIDENCE)
    shop.platform.variants.values.clear()
    shop.street.slow_s.clear()
    for order in orders:
        await shop.ended(order["id"])
    assert await shop.audit() == clean(12)


async def test_a_full_volume_loses_nothing_and_what_was_stuck_is_completed_when_there_is_room(
    database_url: DatabaseUrl, tmp_path: Path
) -> None:
    volume = tmp_path / "volume"
    async with opened(Shop(database_url, volume)) as shop:
        await shop.ended((await shop.check_out("early"))["id"])
        stuffing = volume / "dumps" / "big"
        stuffing.parent.mkdir()
        stuffing.write_bytes(b"x" * VOLUME_BYTES)
        await shop.reopen("order")  # a crash in between changes nothing
        stuck = await asyncio.gather(*(shop.check_out(f"key-{n}") for n in range(5)))
        assert {order["status"] for order in stuck} == {"processing"}
        await shop.reopen("order")
        stuffing.unlink()
        ended = [await shop.ended(order["id"]) for order in stuck]
        assert {order["status"] for order in ended} == {"completed"}
        assert await shop.audit() == clean(6)
    assert len(list((volume / "receipts").iterdir())) == 6


EVIDENCE = {
    "Database connection timeout during payment gateway authentication.",
    "Retrying payment gateway request due to connection timeout.",
    "Payment service timeout, retrying.",
    "Order processing delayed due to payment timeout.",
}


async def _reach(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail("not reached within 10 s")
