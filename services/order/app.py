"""Puts order together."""

from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager

import httpx
import stamina
from fastapi import FastAPI
from opentelemetry import metrics

from kit import connection_budget, migrations, service
from kit.cpu_limit import CpuLimit
from kit.db import Database
from kit.http import PeerClient, peer_client
from kit.lease import Lease
from kit.platform import Platform
from kit.tasks import background
from kit.variants import Choice, Option, Variants
from kit.volume import Volume, watch
from services.order.backup import backup_when_due, schedule, started_at
from services.order.census import count_orders
from services.order.endpoints import router
from services.order.fulfilment import Fulfilment
from services.order.insistence import PATIENCE_S, AtOnce, Backoff, InsistentInventory, Retries, RetryBudget
from services.order.inventory import HttpInventory
from services.order.ledger import Ledger
from services.order.payment import HttpPayment
from services.order.peers import Inventory
from services.order.processing import Processor
from services.order.processor_time import Allotment, AllThereIs
from services.order.receipts import FiledReceipts, NoReceipts, Receipts, hand_over
from services.order.reconciliation import Reconciler
from services.order.report import LockingReport, PromptReport, Report, report_when_due
from services.order.seed import seed
from services.order.service import Orders
from services.order.settings import Settings
from services.order.telemetry import Telemetry
from services.order.variants import (
    PaperReceipts,
    PrintedReceipts,
    Printer,
    QuietHoursAllotment,
    RenderingThread,
    as_given,
    of_staging,
    render,
    render_at_once,
)
from services.order.volumes import shared_volume

DEPLOYMENT = "order-deployment"
INVENTORY_TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 2.0
FINISH_WITHIN_S = 3.0

CARE = "care of orders"
"""The lease of the instance that counts the orders in processing, and looks after those that are left."""


def configure(variants: Variants) -> None:
    """Set what the release in force brings along for the environment."""
    Choice(variants, as_given, Option(DEPLOYMENT, "wrong-address", of_staging))()()


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Order as an application."""
    db, care = Database.of("order", settings), Lease("order", settings, CARE)
    clients = _clients(settings, platform)
    ledger, telemetry = Ledger(db), Telemetry()
    payment = HttpPayment(clients[0])
    thread = RenderingThread(render)
    inventory = _inventory(platform, clients, telemetry)
    volume = shared_volume(settings.order_volume, settings, platform.variants) if settings.order_volume else None
    fulfilment = Fulfilment(ledger, payment, inventory, telemetry, _receipts(platform, thread, volume, telemetry))
    processor = Processor(payment, fulfilment, telemetry, deadline_s=settings.order_deadline_s)
    reconciler = Reconciler(ledger, payment, fulfilment, care.is_ours, deadline_s=settings.order_deadline_s)
    sized = QuietHoursAllotment(CpuLimit(metrics.get_meter("shop.order")))
    allotment = _allotment(platform, sized)
    orders = Orders(ledger, processor, allotment, answer_within_s=settings.order_answer_within_s)
    telemetry.watch(orders.ages_s)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stamina.instrumentation.set_on_retry_hooks([])  # spans show retries
        await migrations.upgrade("order", settings.database_url, seed)
        await connection_budget.check("order", settings)
        looking = reconciler.run(
            orders.in_flight, every_s=settings.order_look_every_s, left_after_s=settings.order_left_after_s
        )
        reporting = report_when_due(*_report(platform, ledger, payment))
        upkeep = _upkeep(settings, platform, volume)
        beside = (looking, count_orders(ledger, telemetry, care.is_ours), reporting, sized.watch(allotment), *upkeep)
        async with background(*beside):
            yield
        await care.close()
        await orders.finish(FINISH_WITHIN_S)
        for client in clients:
            await client.aclose()
        await db.close()
        thread.close()

    app = service.build("order", platform, router, lifespan=lifespan)
    app.state.orders = orders
    return app


def _allotment(platform: Platform, sized: QuietHoursAllotment) -> Choice[Allotment]:
    plenty = AllThereIs()
    return Choice[Allotment](
        platform.variants,
        plenty,
        Option("order-more-cores", "on", plenty),
        Option("order-processor-limit", "on", sized),
    )


def _receipts(
    platform: Platform, thread: RenderingThread, volume: Volume | None, telemetry: Telemetry
) -> Choice[Receipts]:
    printer = Choice[Printer](platform.variants, render_at_once, Option("order-receipts-beside", "on", thread.take_on))
    filed = FiledReceipts(volume, telemetry) if volume else NoReceipts()
    paper = PaperReceipts(volume, telemetry, _tidiness(platform)) if volume else filed
    return Choice[Receipts](
        platform.variants,
        filed,
        Option(DEPLOYMENT, "receipts", PrintedReceipts(printer, filed)),
        Option(DEPLOYMENT, "paper", paper),
    )


def _upkeep(settings: Settings, platform: Platform, volume: Volume | None) -> list[Coroutine[None, None, None]]:
    """What is done beside the requests for the volume, and for the backup if somebody starts it at our word."""
    work: list[Coroutine[None, None, None]] = []
    if volume:
        watch(volume)
        work.append(hand_over(volume, _tidiness(platform)))
    if settings.order_backup_url:
        work.append(backup_when_due(schedule(platform.variants), started_at(settings.order_backup_url)))
    return work


def _tidiness(platform: Platform) -> Choice[bool]:
    """True if nobody leaves pages on the volume, and those that are there are removed."""
    mended, forgetful = Option("order-receipts-tidy", "on", True), Option(DEPLOYMENT, "paper", False)
    return Choice(platform.variants, True, mended, forgetful)


def _report(platform: Platform, ledger: Ledger, payment: HttpPayment) -> tuple[Choice[bool], Choice[Report]]:
    due = Choice(platform.variants, False, Option("order-stop-report", "on", False), Option("order-report", "on", True))
    small = Option[Report]("order-report-unlocked", "on", PromptReport(ledger, payment))
    return due, Choice[Report](platform.variants, LockingReport(ledger, payment), small)


def _inventory(platform: Platform, clients: Sequence[PeerClient], telemetry: Telemetry) -> Choice[Inventory]:
    retries = Choice[Retries](
        platform.variants,
        AtOnce(),
        Option("order-retry-budget", "on", RetryBudget()),
        Option("order-backoff", "on", Backoff()),
    )
    impatient = InsistentInventory(HttpInventory(clients[2]), retries, telemetry)
    return Choice[Inventory](platform.variants, HttpInventory(clients[1]), Option(DEPLOYMENT, "insistent", impatient))


def _clients(settings: Settings, platform: Platform) -> tuple[PeerClient, ...]:
    payment_timeout = httpx.Timeout(settings.payment_timeout_s, connect=CONNECT_TIMEOUT_S)
    inventory_timeout = httpx.Timeout(INVENTORY_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    impatient = httpx.Timeout(PATIENCE_S)
    return (
        peer_client("payment", settings.payment_url, timeout=payment_timeout, platform=platform),
        peer_client("inventory", settings.inventory_url, timeout=inventory_timeout, platform=platform),
        peer_client("inventory", settings.inventory_url, timeout=impatient, platform=platform),
    )
