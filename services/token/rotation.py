"""A key that is replaced before its time, as operations do when somebody may have seen it."""

import asyncio
import logging
from typing import Protocol

from kit.changes import ChangeWatcher
from kit.variants import Choice

TRY_AGAIN_S = 0.5

logger = logging.getLogger("shop.token")


class Keys(Protocol):
    """Keys that sign."""

    async def retire(self) -> None:
        """Have another key sign from the next token on."""
        ...


async def rotate(keys: Keys, ordered: Choice[bool], try_again_s: float = TRY_AGAIN_S) -> None:
    """Retire the key that signs whenever that is ordered, until cancelled, whatever fails."""
    changed, done = ChangeWatcher(ordered), ordered.look()
    while True:
        await changed.next()
        while ordered.look() and not done:
            done = await _is_retired(keys)
            if not done:
                await asyncio.sleep(try_again_s)
        done = ordered.look()


async def _is_retired(keys: Keys) -> bool:
    try:
        await keys.retire()
    except Exception:
        logger.exception("The key that signs could not be replaced; it will be tried again.")
        return False
    return True
