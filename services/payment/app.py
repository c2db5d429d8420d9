"""Puts payment together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import stamina
from fastapi import FastAPI

from kit import migrations, service
from kit.db import Database
from kit.http import PeerClient, peer_client
from kit.platform import Platform
from kit.variants import Choice, Option
from services.payment.authentication import Authenticator, GatewayAuthenticator
from services.payment.books import Books
from services.payment.endpoints import router
from services.payment.gateway import Gateway, HttpGateway
from services.payment.processing import Processor, RetryPolicy
from services.payment.seed import seed
from services.payment.service import Payments
from services.payment.settings import Settings
from services.payment.telemetry import Telemetry
from services.payment.variants import BreakerGateway, TransactionalAuthenticator, VerifyingBooks

MORE_CONNECTIONS = 8
BREAKER_TIMEOUT_S = 1.0
FINISH_WITHIN_S = 1.0


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Payment as an application."""
    db = _database(settings, platform)
    http = peer_client(
        "gateway",
        settings.gateway_url,
        timeout=httpx.Timeout(settings.gateway_timeout_s),
        platform=platform,
        external=True,
    )
    telemetry = Telemetry()
    verifying = VerifyingBooks(db, telemetry, _mended(platform).look)
    payments = _payments(platform, db, _gateway(settings, platform, http), telemetry, verifying)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stamina.instrumentation.set_on_retry_hooks([])  # retries are told in our own words
        await migrations.upgrade("payment", settings.database_url, seed)
        yield
        await payments.finish(FINISH_WITHIN_S)
        await http.aclose()
        await verifying.close()
        await db.close()

    app = service.build("payment", platform, router, lifespan=lifespan)
    app.state.payments = payments
    return app


def _database(settings: Settings, platform: Platform) -> Database:
    extra = Choice[int](
        platform.variants,
        0,
        Option("payment-deployment", "on", 0),
        Option("payment-larger-pool", "on", MORE_CONNECTIONS),
    )
    return Database.of("payment", settings, extra)


def _mended(platform: Platform) -> Choice[bool]:
    leaking, mended = Option("payment-connection-leak", "on", False), Option("payment-close-declined", "on", True)
    return Choice(platform.variants, True, mended, leaking)


def _payments(
    platform: Platform, db: Database, gateway: Choice[Gateway], telemetry: Telemetry, verifying: Books
) -> Payments:
    usual = Books(db, telemetry)
    books = Choice[Books](
        platform.variants,
        usual,
        Option("payment-close-declined", "on", usual),
        Option("payment-connection-leak", "on", verifying),
    )
    prompt = GatewayAuthenticator(db, gateway)
    authenticator = Choice[Authenticator](
        platform.variants,
        prompt,
        Option("payment-release-connection", "on", prompt),
        Option("payment-pool-exhaustion", "on", TransactionalAuthenticator(db, gateway)),
    )
    processor = Processor(books, authenticator, gateway, telemetry, RetryPolicy())
    return Payments(processor, books, authenticator, gateway, telemetry)


def _gateway(settings: Settings, platform: Platform, http: PeerClient) -> Choice[Gateway]:
    breaker = BreakerGateway(HttpGateway(http, BREAKER_TIMEOUT_S))
    return Choice[Gateway](
        platform.variants,
        HttpGateway(http, settings.gateway_timeout_s),
        Option("payment-gateway-breaker", "on", breaker),
    )
