"""uvicorn without its unrest: it looks ten times a second for whether it should end, a sixth of an idle shop's work."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import uvicorn

DATE_EVERY_S = 1.0
KEEP_ALIVE_S = 75
"""Longer than `kit.http` and exporters of metrics leave a connection idle: the side that sends must be the one that
closes."""


class CalmServer(uvicorn.Server):
    """Wakes once a second, for the date in its answers, and at once when `should_exit` is set, in any thread."""

    _exits = False
    _wake: Callable[[], object] | None = None

    @property
    def should_exit(self) -> bool:
        """The server is to end."""
        return self._exits

    @should_exit.setter
    def should_exit(self, exits: bool) -> None:
        self._exits = exits
        if exits and self._wake:
            self._wake()

    async def main_loop(self) -> None:
        """Serve until told to end."""
        told, loop = asyncio.Event(), asyncio.get_running_loop()
        self._wake = lambda: loop.call_soon_threadsafe(told.set)
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(DATE_EVERY_S):
                    await told.wait()
