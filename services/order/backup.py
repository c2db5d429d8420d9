"""The backup of orders: a job that is a process of its own, writes the orders of the day to a volume, and ends.

`main` does it once, for who starts it when it is due (`backup_when_due`); as a program of its own it keeps the schedule
itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import httpx
from opentelemetry import trace
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.trace import Span, StatusCode
from pydantic import Field

from kit import job
from kit.changes import ChangeWatcher
from kit.db import Database
from kit.lease import Lease
from kit.platform import Platform
from kit.reporting import report_usage
from kit.tasks import background
from kit.variants import USAGE, Choice, Option, Variants
from kit.volume import Volume
from services.order.ledger import Ledger
from services.order.lookout import ClosedLooks, Looks, OpenLooks, look_when_due
from services.order.settings import Settings
from services.order.volumes import shared_volume, volume_of_backup

SERVICE = "order-backup"
DUMPS = "dumps/*.jsonl"

DAY_S = 60.0
"""A day of this shop."""

TWO_DAYS_S = 2 * DAY_S
"""The instance that made the last dump makes the next one, unless it has missed a day."""

EACH_SECOND_S = 1.0
START_WITHIN_S = 2.0
KEEP = 3
OF_A_DAY = 1000
"""Orders in one dump; those of earlier days are in the archive."""

RECORD = 1024 * 1024
"""A dump is written in whole records, as tapes have it."""

logger = logging.getLogger("shop.order.backup")


class BackupSettings(Settings):
    """Settings of the backup: those of order, with a volume in any case."""

    order_volume: Path = Field(Path("order-volume"), description="Where dumps are written, beside the receipts")


def schedule(variants: Variants) -> Choice[float]:
    """Seconds between two backups, by the configuration in force."""
    right = Option("order-backup-daily", "on", DAY_S)
    return Choice(variants, DAY_S, right, Option("order-backup-runaway", "on", EACH_SECOND_S))


def retention(variants: Variants) -> Choice[int | None]:
    """Number of dumps that are kept, by the configuration in force; None keeps all."""
    mended = (Option[int | None](flag, "on", KEEP) for flag in ("order-backup-daily", "order-backup-retention"))
    return Choice[int | None](variants, KEEP, *mended, Option("order-backup-runaway", "on", None))


async def backup_when_due(every: Choice[float], back_up: Callable[[], Awaitable[None]]) -> None:
    """Call `back_up` each time that a backup is due, and when the schedule is another one, until cancelled."""
    switches, every_s = ChangeWatcher(every), every.look()
    while True:
        await _turn(every, every_s, switches)
        every_s = every()
        try:
            await back_up()
        except Exception:
            logger.exception("The backup of orders broke off; it will be tried again.")


async def _turn(every: Choice[float], every_s: float, switches: ChangeWatcher) -> None:
    begun = monotonic()
    while every.look() == every_s and (left_s := every_s - (monotonic() - begun)) > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(left_s):
                await switches.next()


def started_at(url: str) -> Callable[[], Awaitable[None]]:
    """Has the backup started by whoever listens at `url`, which starts no second one beside it."""

    async def start() -> None:
        try:
            with suppress_instrumentation():
                secure = url.startswith("https:")
                async with httpx.AsyncClient(timeout=START_WITHIN_S, trust_env=False, verify=secure) as client:
                    (await client.post(url)).raise_for_status()
        except httpx.HTTPError as error:
            logger.warning("The backup of orders cannot be started.", extra={"error.type": type(error).__name__})

    return start


class Backup:
    """Writes the newest orders to the first of two volumes, after it has removed what is not to be kept from both."""

    def __init__(self, ledger: Ledger, volumes: Callable[[], tuple[Volume, Volume]], keep: Choice[int | None]) -> None:
        self._ledger = ledger
        self._volumes = volumes
        self._keep = keep
        self._tracer = trace.get_tracer("shop.order")

    async def make(self, every_s: float) -> None:
        """Make one dump, `every_s` after the one before; tells if it cannot be written."""
        with self._tracer.start_as_current_span("back up orders") as span:
            span.set_attribute("shop.backup.interval", round(every_s))
            logger.info("Backup of orders begins.", extra={"shop.backup.interval": round(every_s)})
            dump = await self._dump()
            try:
                kept = await asyncio.to_thread(self._write, dump)
            except OSError as error:
                _tell(span, error)
            else:
                logger.info(
                    "Backup of orders written.", extra={"shop.backup.size": len(dump), "shop.backup.kept": kept}
                )

    async def _dump(self) -> bytes:
        lines = [order.model_dump_json() for order in await self._ledger.newest(OF_A_DAY)]
        text = "\n".join(lines).encode()
        return text.ljust(-(-len(text) // RECORD) * RECORD or RECORD)

    def _write(self, dump: bytes) -> int:
        (volume, other), keep = self._volumes(), self._keep()
        other.remove(other.names(DUMPS))
        if keep is not None:
            volume.remove(volume.names(DUMPS)[: 1 - keep])
        volume.write(f"dumps/{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.jsonl", dump)
        return len(volume.names(DUMPS))


def _tell(span: Span, error: OSError) -> None:
    span.record_exception(error)
    span.set_status(StatusCode.ERROR, f"Backup of orders cannot be written: {error.strerror}")
    logger.error("Backup of orders cannot be written: %s.", error.strerror)


async def once(settings: BackupSettings, platform: Platform) -> None:
    """Make one dump."""
    db = Database(SERVICE, settings.database_url, pool_size=1)
    shared, own = shared_volume(settings.order_volume, settings, platform.variants), volume_of_backup(settings)
    volumes = Choice(platform.variants, (shared, own), Option("order-backup-own-volume", "on", (own, shared)))
    backup = Backup(Ledger(db), volumes, retention(platform.variants))
    try:
        await backup.make(schedule(platform.variants).look())
    finally:
        await db.close()


def lookout(settings: BackupSettings, variants: Variants) -> tuple[Choice[bool], Choice[Looks]]:
    """True if the release in force looks for orders between two backups, and how it does."""
    earlier = Option("order-rollback", "on", False)
    due = Choice(variants, False, earlier, Option("order-deployment", "lookout", True))

    def opened() -> Database:
        return Database(SERVICE, settings.database_url, pool_size=1)

    closed = Option[Looks]("order-backup-close-connections", "on", ClosedLooks(opened))
    return due, Choice[Looks](variants, OpenLooks(opened), closed)


async def always(settings: BackupSettings, platform: Platform) -> None:
    """Make a dump each time that one is due and no other instance makes it."""
    beside = [look_when_due(*lookout(settings, platform.variants))]
    if platform.lab_url:
        beside.append(report_usage(SERVICE, platform.lab_url, USAGE))
    lease = Lease(SERVICE, settings, "backup", lasts_s=TWO_DAYS_S)

    async def by_one_instance() -> None:
        if await lease.is_ours():
            await once(settings, platform)

    try:
        async with background(*beside):
            await backup_when_due(schedule(platform.variants), by_one_instance)
    finally:
        await lease.close()


def main() -> None:
    """Make one dump, and end."""
    job.run(SERVICE, BackupSettings, once)


if __name__ == "__main__":
    job.run(SERVICE, BackupSettings, always)
