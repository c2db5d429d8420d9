"""Two instances of order, payment and inventory on one server: one of each is killed under load, and the books hold."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.stack.postgresql import Cluster
from tests.stack.service_process import ServiceProcess
from whodunit.audit.over_http import audit_services
from whodunit.launcher.ports import Reservations
from whodunit.topology import BY_NAME

pytestmark = [pytest.mark.anyio, pytest.mark.stack("postgresql")]

FIRST_PORT = 22_200
CUSTOMERS = 8
"""So many orders are under way at any time, also when an instance is killed."""

BETWEEN_KILLS = 40
CARD = "4242424242424242"
SCARCE = 240
TWICE = ("order", "payment", "inventory")
HASTE = {"ORDER_DEADLINE_S": "5", "ORDER_LEFT_AFTER_S": "8", "ORDER_LOOK_EVERY_S": "0.5", "PAYMENT_TIMEOUT_S": "4"}
ALL_READY_WITHIN_S = 180.0
ANSWERED_WITHIN_S = 120.0
SETTLED_WITHIN_S = 120.0


class Shop:
    """Two of each, one above the other: the first of order calls the first of payment and of inventory."""

    def __init__(self, postgresql: Cluster, folder: Path, reservations: Reservations) -> None:
        self.gateway = self._service(postgresql, folder, "gateway", reservations.take(FIRST_PORT))
        self.services: dict[str, list[ServiceProcess]] = {name: [] for name in TWICE}
        for _ in range(2):
            ports = {name: reservations.take(FIRST_PORT) for name in TWICE}
            urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()} | {"gateway": self.gateway.url}
            peers = {BY_NAME[name].url_variable: url for name, url in urls.items()}
            for name, port in ports.items():
                self.services[name].append(self._service(postgresql, folder, name, port, **peers, **HASTE))
        self.answered = 0

    def _service(self, postgresql: Cluster, folder: Path, name: str, port: int, **told: str) -> ServiceProcess:
        # With fewer connections, so that both fit into what the role may have.
        pool = {"DATABASE_POOL_SIZE": "2"}
        return ServiceProcess(name, port, folder, DATABASE_URL=postgresql.url(name), **pool, **told)

    @property
    def all(self) -> list[ServiceProcess]:
        """Every process."""
        return [self.gateway, *(each for both in self.services.values() for each in both)]

    async def check_out(self, client: httpx.AsyncClient, number: int) -> None:
        """A customer who insists at one instance after the other; one in five asks both at once."""
        urls = [each.url for each in self.services["order"]]
        product = SCARCE if number % 3 == 0 else 1 + number % 200
        item = {"product_id": product, "quantity": 1, "unit_price_cents": 1999}
        order = {"user_id": 1, "items": [item], "card_number": CARD}
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            if number % 5 == 0:
                await asyncio.gather(*(_placed(client, url, number, order) for url in urls))
            while not await _placed(client, urls[number % 2], number, order):
                urls.reverse()
                await asyncio.sleep(0.2)
        self.answered += 1


@pytest.fixture
def shop(postgresql: Cluster, tmp_path: Path) -> Iterator[Shop]:
    """Started and in health."""
    with Reservations() as reservations, ExitStack() as running:
        shop = Shop(postgresql, tmp_path, reservations)
        for service in shop.all:
            service.process.start()
            running.callback(service.process.stop)
        for service in shop.all:
            service.wait_for("/readyz", 200, ALL_READY_WITHIN_S)
        yield shop


async def test_the_books_hold_whichever_instance_is_killed_under_load(shop: Shop) -> None:
    async with customers(shop):
        for number, name in enumerate(TWICE):
            killed = shop.services[name][number % 2]
            await _answered(shop, shop.answered + BETWEEN_KILLS)
            killed.process.kill()
            await _answered(shop, shop.answered + BETWEEN_KILLS)
            killed.process.start()
            await asyncio.to_thread(killed.wait_for, "/readyz", 200, ALL_READY_WITHIN_S)
    urls = {name: both[0].url for name, both in shop.services.items()} | {"gateway": shop.gateway.url}
    found = await asyncio.to_thread(audit_services, urls, SETTLED_WITHIN_S)
    assert (found["held"], found["open"]) == (True, 0), found
    assert found["orders"] == shop.answered, "each key is one order, at whichever instance it was asked for"


@asynccontextmanager
async def customers(shop: Shop) -> AsyncIterator[None]:
    """Customers who each place one order after the other; at the end, the last of each is waited for."""
    over, numbers = asyncio.Event(), count()
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:

        async def buy() -> None:
            while not over.is_set():
                await shop.check_out(client, next(numbers))

        async with asyncio.TaskGroup() as buying:
            for _ in range(CUSTOMERS):
                buying.create_task(buy())
            yield
            over.set()


async def _placed(client: httpx.AsyncClient, url: str, number: int, order: dict[str, object]) -> bool:
    try:
        answer = await client.post(f"{url}/orders", json=order, headers={"Idempotency-Key": f"key-{number}"})
    except httpx.TransportError:
        return False
    return answer.is_success


async def _answered(shop: Shop, number: int) -> None:
    async with asyncio.timeout(ANSWERED_WITHIN_S):
        while True:
            if shop.answered >= number:
                return
            await asyncio.sleep(0.05)
