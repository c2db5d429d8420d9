"""What a customer is handed for a completed order: a small file on a volume, until the archive has it."""

import asyncio
import errno
import logging
from collections.abc import Callable
from typing import Protocol

from opentelemetry import trace

from kit.volume import Volume
from services.order.schemas import Order
from services.order.telemetry import Telemetry

logger = logging.getLogger("shop.order")

RECEIPTS, PAGES = "receipts/*.json", "receipts/*.page"
"""Files on the volume: what customers get, and what a printer gets to make paper of it."""

KEPT = 600
"""Newest receipts that stay on the volume; the archive has the others by then."""

LOOK_EVERY_S = 10.0
PAGE_KEPT_S = 5.0


class ReceiptError(Exception):
    """A receipt could not be written; the order is not completed before it is."""


class Receipts(Protocol):
    """Makes out receipts."""

    async def issue(self, order: Order) -> None:
        """Make out the receipt of an order, before it counts as completed; raises ReceiptError."""
        ...


class NoReceipts:
    """The invoice by mail is the receipt."""

    async def issue(self, order: Order) -> None:
        """Nothing is made out."""


class FiledReceipts:
    """Writes each receipt to the volume, beside the event loop."""

    def __init__(self, volume: Volume, telemetry: Telemetry) -> None:
        self._volume = volume
        self._telemetry = telemetry

    async def issue(self, order: Order) -> None:
        """Write the receipt; raises ReceiptError."""
        try:
            await asyncio.to_thread(self.file, self._volume, order)
        except OSError as error:
            self._telemetry.receipt_failed(errno.errorcode.get(error.errno or 0, "OSError"))
            trace.get_current_span().record_exception(error)
            logger.error(  # noqa: TRY400  the span has the stack trace
                "Order receipt cannot be written: %s.", error.strerror, extra={"shop.order.id": order.id}
            )
            raise ReceiptError(f"its receipt cannot be written: {error.strerror}") from error

    def file(self, volume: Volume, order: Order) -> None:
        """Write an order's file; raises OSError."""
        write(volume, f"{name_of(order)}.json", order.model_dump_json().encode())


def name_of(order: Order) -> str:
    """The name of an order's files, without what follows the dot: in the order of their numbers."""
    return f"receipts/{order.number:010}"


def write(volume: Volume, name: str, content: bytes) -> None:
    """Write a whole file, or nothing; raises OSError."""
    try:
        volume.write(name, content)
    except OSError:
        volume.remove([name])
        raise


async def hand_over(volume: Volume, tidy: Callable[[], bool], every_s: float = LOOK_EVERY_S) -> None:
    """Remove what the archive has by now, until cancelled; and pages that were left behind, while it is `tidy`."""
    while True:
        try:
            await asyncio.to_thread(_remove_old, volume, pages=tidy())
        except OSError:
            logger.exception("Receipts could not be removed; it will be tried again.")
        await asyncio.sleep(every_s)


def _remove_old(volume: Volume, *, pages: bool) -> None:
    volume.remove(volume.names(RECEIPTS)[:-KEPT])
    if pages:
        volume.remove(volume.names(PAGES, older_than_s=PAGE_KEPT_S))
