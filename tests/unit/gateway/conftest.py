"""A gateway in process that takes no time."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.gateway.app import create_app
from services.gateway.seed import API_KEY_ID, API_SECRET
from services.gateway.settings import Settings
from tests.databases import DatabaseUrl


@pytest.fixture
async def client(database_url: DatabaseUrl) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the gateway, without credentials."""
    settings = Settings(
        database_url=database_url("gateway"),
        gateway_auth_ms=0,
        gateway_charge_ms=0,
        gateway_range_ms=0,
        gateway_confirm_ms=0,
    )
    app = create_app(settings, Platform(FixedVariants()))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        yield client


@pytest.fixture
async def merchant(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Asks the gateway as the shop."""
    answer = await client.post("/v1/auth", headers={"X-Api-Key": f"{API_KEY_ID}:{API_SECRET}"})
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client
