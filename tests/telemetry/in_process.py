"""Services joined in one process: real applications, real databases, HTTP carried by function call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import Context

import httpx
from fastapi import FastAPI

from kit.platform import Platform
from kit.variants import FixedVariants
from services.gateway import app as gateway_app
from services.gateway import settings as gateway_settings
from services.inventory import app as inventory_app
from services.inventory import settings as inventory_settings
from services.order import app as order_app
from services.order import settings as order_settings
from services.payment import app as payment_app
from services.payment import settings as payment_settings
from tests.databases import DatabaseUrl
from tests.telemetry.recorder import served_by


class InProcessNetwork(httpx.AsyncBaseTransport):
    """Carries each request to the service that its host names, in a context of its own as a network would."""

    def __init__(self) -> None:
        self.apps: dict[str, httpx.ASGITransport] = {}
        self.requests: list[httpx.Request] = []
        self.refusing: set[str] = set()

    def add(self, name: str, app: FastAPI) -> None:
        """`app` answers at http://<name>."""
        self.apps[name] = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host in self.refusing:
            raise httpx.ConnectError("Connect call failed", request=request)
        task = asyncio.create_task(self._serve(request), context=Context())
        timeout_s = request.extensions.get("timeout", {}).get("read")
        try:
            return await asyncio.wait_for(task, timeout_s)
        except TimeoutError as error:
            raise httpx.ReadTimeout("", request=request) from error

    async def _serve(self, request: httpx.Request) -> httpx.Response:
        with served_by(request.url.host):
            return await self.apps[request.url.host].handle_async_request(request)


@asynccontextmanager
async def checkout_services(database_url: DatabaseUrl, variants: FixedVariants) -> AsyncIterator[InProcessNetwork]:
    """Order, payment, inventory and the gateway, each with a database of its own; the gateway takes no time."""
    network = InProcessNetwork()
    platform = Platform(variants, network)
    urls = {name: f"http://{name}" for name in ("payment", "gateway", "inventory")}
    files = {name: database_url(name) for name in ("order", *urls)}
    apps = {
        "gateway": gateway_app.create_app(
            gateway_settings.Settings(database_url=files["gateway"], gateway_auth_ms=0, gateway_charge_ms=0), platform
        ),
        "inventory": inventory_app.create_app(inventory_settings.Settings(database_url=files["inventory"]), platform),
        "payment": payment_app.create_app(
            payment_settings.Settings(database_url=files["payment"], gateway_url=urls["gateway"]), platform
        ),
        "order": order_app.create_app(
            order_settings.Settings(
                database_url=files["order"], payment_url=urls["payment"], inventory_url=urls["inventory"]
            ),
            platform,
        ),
    }
    async with AsyncExitStack() as stack:
        for name, app in apps.items():
            network.add(name, app)
            with served_by(name):
                await stack.enter_async_context(app.router.lifespan_context(app))
        yield network
