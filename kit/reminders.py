"""A warning that a service may have been giving for weeks, and that nobody minds: operations switch it by service."""

import asyncio
import logging

from kit.variants import Variants

CERTIFICATE = "certificate-notice"
EVERY_S = 20.0

logger = logging.getLogger("shop.operations")


async def remind(service: str, variants: Variants) -> None:
    """Warn again and again, while the flag names this service."""
    while True:
        if variants.value(CERTIFICATE) == service:
            logger.warning("The certificate of this service expires in 12 days.")
        await asyncio.sleep(EVERY_S)
