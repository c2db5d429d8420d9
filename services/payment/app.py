"""Puts payment together."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import stamina
from fastapi import FastAPI

from kit import connection_budget, migrations, service
from kit.connections import Connections
from kit.db import Database
from kit.http import PeerClient, peer_client
from kit.lease import Lease
from kit.platform import Platform
from kit.tasks import background
from kit.variants import Choice, Option
from services.payment.authentication import Authenticator, GatewayAuthenticator
from services.payment.books import Books
from services.payment.endpoints import router
from services.payment.gateway import Gateway, HttpGateway
from services.payment.processing import Processor, RetryPolicy
from services.payment.seed import seed
from services.payment.service import Payments
from services.payment.settings import Settings
from services.payment.settlement import PromptSettlement, Settlement, settle_when_due
from services.payment.telemetry import Telemetry
from services.payment.variants import (
    BreakerGateway,
    LockingSettlement,
    MerchantAccounts,
    TransactionalAuthenticator,
    VerifyingBooks,
)

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
        connections=_connections_to_gateway(platform),
    )
    telemetry = Telemetry()
    verifying = VerifyingBooks(db, telemetry, _mended(platform).look)
    gateway = _gateway(settings, platform, http)
    payments = _payments(platform, db, gateway, telemetry, verifying)
    prepare = _preparation(platform, db)
    lease = Lease("payment", settings, "settlement")
    settling = settle_when_due(*_settlement(platform, db, gateway), lease)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stamina.instrumentation.set_on_retry_hooks([])  # retries are told in our own words
        async with AsyncExitStack() as ends:
            ends.push_async_callback(db.close)
            ends.push_async_callback(lease.close)
            ends.push_async_callback(verifying.close)
            ends.push_async_callback(http.aclose)
            ends.push_async_callback(payments.finish, FINISH_WITHIN_S)
            await migrations.upgrade("payment", settings.database_url, seed)
            await connection_budget.check("payment", settings)
            await prepare()()
            async with background(settling):
                yield

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


def _connections_to_gateway(platform: Platform) -> Choice[Connections]:
    kept = Connections()
    return Choice(
        platform.variants,
        kept,
        Option("payment-keep-alive", "on", kept),
        Option("payment-connection-each", "on", Connections(keep_alive_s=None)),
    )


def _preparation(platform: Platform, db: Database) -> Choice[Callable[[], Awaitable[None]]]:
    """What a release does before it serves."""
    return Choice[Callable[[], Awaitable[None]]](
        platform.variants, _nothing, Option("payment-deployment", "crashes", MerchantAccounts(db).read)
    )


async def _nothing() -> None:
    return


def _settlement(platform: Platform, db: Database, gateway: Choice[Gateway]) -> tuple[Choice[bool], Choice[Settlement]]:
    due = Choice(
        platform.variants,
        False,
        Option("payment-stop-settlement", "on", False),
        Option("payment-settlement", "on", True),
    )
    small = Option[Settlement]("payment-settlement-unlocked", "on", PromptSettlement(db, gateway))
    return due, Choice[Settlement](platform.variants, LockingSettlement(db, gateway), small)


def _mended(platform: Platform) -> Choice[bool]:
    leaking, mended = Option("payment-deployment", "leaks", False), Option("payment-close-declined", "on", True)
    return Choice(platform.variants, True, mended, leaking)


def _payments(
    platform: Platform, db: Database, gateway: Choice[Gateway], telemetry: Telemetry, verifying: Books
) -> Payments:
    usual = Books(db, telemetry)
    books = Choice[Books](
        platform.variants,
        usual,
        Option("payment-close-declined", "on", usual),
        Option("payment-deployment", "leaks", verifying),
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
