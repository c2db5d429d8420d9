"""The pool of payment runs dry with a real server behind it, and recovers by its remedies: logs and pool metrics."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.stack.metric_receiver import MetricReceiver
from tests.stack.postgresql import CHECKOUT, Cluster
from tests.stack.service_process import ServiceProcess
from whodunit.launcher.ports import Reservations
from whodunit.topology import BY_NAME

pytestmark = [pytest.mark.anyio, pytest.mark.stack("postgresql")]

FIRST_PORT = 21_800
CHECKOUTS_PER_S = 10
CARD = "4242424242424242"
POOL = {"db.client.connection.pool.name": "payment"}
USED = POOL | {"db.client.connection.state": "used"}

EVIDENCE = {
    "payment": (
        "Database connection timeout during payment gateway authentication.",
        "Retrying payment gateway request due to connection timeout.",
    ),
    "order": ("Payment service timeout, retrying.", "Order processing delayed due to payment timeout."),
}


class Shop:
    """What a checkout needs, as processes on one server; payment tells its metrics."""

    def __init__(self, services: dict[str, ServiceProcess], flags: Path, metrics: MetricReceiver) -> None:
        self.services = services
        self.metrics = metrics
        self._flags = flags
        self.answers: list[tuple[float, str]] = []

    def switch(self, **variants: str) -> None:
        """These flags as said, all others off."""
        document = json.loads((CHECKOUT / "flags" / "flags.flagd.json").read_text())
        for name, variant in variants.items():
            document["flags"][name.replace("_", "-")]["defaultVariant"] = variant
        fresh = self._flags.with_suffix(".new")
        fresh.write_text(json.dumps(document))
        fresh.replace(self._flags)

    def says(self, service: str, line: str) -> bool:
        """Whether the line stands in the service's log."""
        return f'"body": "{line}"' in self.services[service].log.read_text()

    async def check_out(self, client: httpx.AsyncClient, number: int) -> None:
        """One more customer; keeps how long the answer took and what it was."""
        item = {"product_id": 1 + number % 200, "quantity": 1, "unit_price_cents": 1999}
        body = {"user_id": 1, "items": [item], "card_number": CARD}
        began = monotonic()
        answer = await client.post("/orders", json=body, headers={"Idempotency-Key": f"key-{number}"})
        self.answers.append((monotonic() - began, answer.json()["status"]))


@pytest.fixture
def shop(postgresql: Cluster, tmp_path: Path) -> Iterator[Shop]:
    """Started and in health."""
    names = ("gateway", "inventory", "payment", "order")
    with Reservations() as reservations, MetricReceiver() as metrics, ExitStack() as running:
        ports = {name: reservations.take(FIRST_PORT) for name in names}
        urls = {BY_NAME[name].url_variable: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        services = {}
        for name in names:
            told = {
                "OTEL_SDK_DISABLED": "false",
                "OTEL_EXPORTER_OTLP_ENDPOINT": metrics.url,
                "OTEL_METRIC_EXPORT_INTERVAL": "500",
            }
            settings = {"DATABASE_URL": postgresql.url(name)} | urls | (told if name == "payment" else {})
            services[name] = ServiceProcess(name, ports[name], tmp_path, **settings)
        shop = Shop(services, tmp_path / "flags.json", metrics)
        shop.switch()
        for service in services.values():
            service.process.start()
            running.callback(service.process.stop)
        for service in services.values():
            service.wait_for("/readyz", 200)
        yield shop


async def test_a_dry_pool_and_its_remedy(shop: Shop) -> None:
    async with customers(shop):
        await _until(lambda: len(shop.answers) > 3 * CHECKOUTS_PER_S, within_s=20)
        assert shop.metrics.value("db.client.connection.timeouts", POOL) == 0
        assert shop.metrics.value("db.client.connection.max", POOL) == 2

        shop.switch(payment_pool_exhaustion="on")
        for service, lines in EVIDENCE.items():
            for line in lines:
                await _until(lambda: shop.says(service, line), within_s=45)  # noqa: B023  awaited at once
        await _until(lambda: shop.metrics.value("db.client.connection.pending_requests", POOL) > 10, within_s=5)
        assert shop.metrics.value("db.client.connection.timeouts", POOL) > 0
        assert shop.metrics.value("db.client.connection.count", USED) == 2

        shop.switch(payment_pool_exhaustion="on", payment_larger_pool="on")
        await _until(lambda: shop.metrics.value("db.client.connection.max", POOL) == 10, within_s=5)
        await _until(lambda: shop.metrics.value("db.client.connection.pending_requests", POOL) == 0, within_s=30)
        await _until(lambda: _all_quick(shop.answers[-3 * CHECKOUTS_PER_S :]), within_s=20)
    assert shop.says("order", "Order completed.")


def _all_quick(answers: list[tuple[float, str]]) -> bool:
    return all(took_s < 1.5 and status == "completed" for took_s, status in answers)


@asynccontextmanager
async def customers(shop: Shop) -> AsyncIterator[None]:
    """So many checkouts a second, whether or not they are answered."""
    limits = httpx.Limits(max_connections=500)
    async with httpx.AsyncClient(
        base_url=shop.services["order"].url, limits=limits, timeout=15, trust_env=False
    ) as client:

        async def keep_coming() -> None:
            async with asyncio.TaskGroup() as group:
                for number in range(10_000):
                    group.create_task(shop.check_out(client, number))
                    await asyncio.sleep(1 / CHECKOUTS_PER_S)

        coming = asyncio.create_task(keep_coming())
        try:
            yield
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def _until(condition: Callable[[], bool], *, within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while True:
            if condition():
                return
            await asyncio.sleep(0.1)
