"""Tells when a choice may have changed, for work that is done once at each change and not at each use."""

import asyncio
from contextlib import suppress
from typing import Any

from kit.variants import Choice

LOOK_EVERY_S = 0.5


class ChangeWatcher:
    """Waits for changes of one choice from now on; make it where the event loop runs."""

    def __init__(self, choice: Choice[Any]) -> None:
        self._choice = choice
        self._switched = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._switched.set)

        choice.on_switch(wake)

    async def next(self) -> None:
        """Wait until somebody has switched; while the clock may change the choice, for `LOOK_EVERY_S` at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if self._choice.is_static else LOOK_EVERY_S):
                await self._switched.wait()
        self._switched.clear()
