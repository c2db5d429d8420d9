"""uvicorn without its unrest: it looks ten times a second for whether it should end, a sixth of an idle shop's work."""

import asyncio
from collections.abc import Callable
from email.utils import formatdate
from time import time

import uvicorn
from uvicorn.server import ServerState

KEEP_ALIVE_S = 75
"""Longer than `kit.http` and exporters of metrics leave a connection idle: the side that sends must be the one that
closes."""

Headers = list[tuple[bytes, bytes]]


class DatedState(ServerState):
    """Puts the date before the headers of an answer when they are asked for, and writes it once for each second."""

    _others: Headers
    _dated: Headers
    _second = 0

    def __init__(self, clock: Callable[[], float] = time) -> None:
        super().__init__()
        self._clock = clock

    @property
    def default_headers(self) -> Headers:
        """Headers of an answer that begins now."""
        second = int(self._clock())
        if second != self._second:
            self._dated = [(b"date", formatdate(second, usegmt=True).encode()), *self._others]
            self._second = second
        return self._dated

    @default_headers.setter
    def default_headers(self, others: Headers) -> None:
        self._others, self._second = others, 0


class CalmServer(uvicorn.Server):
    """Sleeps until `should_exit` is set, in any thread."""

    _exits = False
    _wake: Callable[[], object] | None = None

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.server_state = DatedState()

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
        self.server_state.default_headers = self.config.encoded_headers
        if not self.should_exit:
            await told.wait()
