"""Counts the orders in processing, for the gauges: one instance for all."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from opentelemetry.instrumentation.utils import suppress_instrumentation

from services.order.ledger import Ledger
from services.order.telemetry import STUCK_AFTER_S, Telemetry

logger = logging.getLogger("shop.order")

EVERY_S = 2.0


async def count_orders(ledger: Ledger, telemetry: Telemetry, is_ours: Callable[[], Awaitable[bool]]) -> None:
    """Count every two seconds until cancelled, without traces of its own, while no other instance does."""
    while True:
        try:
            with suppress_instrumentation():
                if await is_ours():
                    telemetry.counted(*await ledger.count_processing(STUCK_AFTER_S))
                else:
                    telemetry.counted_elsewhere()
        except Exception:
            logger.exception("Orders in processing could not be counted.")
        await asyncio.sleep(EVERY_S)
