"""Puts the gateway together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit import connection_budget, migrations, service
from kit.db import Database
from kit.platform import Platform
from kit.variants import Choice, Option
from services.gateway.access import Access
from services.gateway.breaches import Breaches
from services.gateway.endpoints import router
from services.gateway.latency import Latency, LogNormalLatency
from services.gateway.rate_limit import RateLimit
from services.gateway.seed import seed
from services.gateway.service import Charges, Gateway
from services.gateway.settings import Settings
from services.gateway.supplier import Supplier
from services.gateway.variants import HangingBreaches, StumblingSupplier, overloaded, unresponsive


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """The gateway as an application."""
    db = Database.of("gateway", settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("gateway", settings.database_url, seed)
        await connection_budget.check("gateway", settings)
        yield
        await db.close()

    app = service.build("gateway", platform, router, lifespan=lifespan)
    app.state.gateway = Gateway(
        access=Access(db),
        charges=Charges(db),
        rate_limit=RateLimit(settings.gateway_requests_per_s),
        latency=_latency(settings, platform),
    )
    app.state.breaches = Choice[Breaches](
        platform.variants,
        Breaches(settings.gateway_range_ms),
        Option("breached-passwords-hang", "on", HangingBreaches(settings.gateway_range_ms)),
    )
    supplier = Supplier(settings.gateway_confirm_ms)
    app.state.supplier = Choice[Supplier](
        platform.variants, supplier, Option("supplier-slow", "on", StumblingSupplier(supplier))
    )
    return app


def _latency(settings: Settings, platform: Platform) -> Choice[Latency]:
    usual = LogNormalLatency(settings.gateway_auth_ms, settings.gateway_charge_ms)
    return Choice[Latency](
        platform.variants,
        usual,
        Option("gateway-slow", "slow", overloaded(usual)),
        Option("gateway-slow", "timeout", unresponsive(usual)),
    )
