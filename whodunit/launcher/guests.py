"""Programs that run only while visitors need them: ready before the first one comes, ended a while after the last."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from whodunit.launcher.program import Program

READY_WITHIN_S = 8.0
"""Whoever asks for load waits ten seconds for an answer."""

LEAVE_AFTER_S = 30.0
"""Load that begins anew within that time finds them as they were."""


class Host(Protocol):
    """Runs programs beside those of the shop."""

    async def admit(self, programs: Sequence[Program], within_s: float) -> None:
        """Run them; returns when they are ready, or so many seconds later."""
        ...

    async def dismiss(self, programs: Sequence[Program]) -> None:
        """Stop them."""
        ...


class Guests:
    """`programs` at `host`; make it where the event loop runs."""

    def __init__(self, programs: Sequence[Program], host: Host, clock: Callable[[], float] = time.monotonic) -> None:
        self._programs = programs
        self._host = host
        self._clock = clock
        self._needed_at: float | None = None
        self._loop = asyncio.get_running_loop()

    def invite(self) -> None:
        """Have them run, from another thread; returns when they are ready, or after `READY_WITHIN_S`."""
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    async def tick(self, *, needed: bool) -> None:
        """Stop them when nobody has needed them for `LEAVE_AFTER_S`; call it every second or so."""
        now = self._clock()
        if needed and self._needed_at is not None:
            self._needed_at = now
        elif self._needed_at is not None and now - self._needed_at > LEAVE_AFTER_S:
            self._needed_at = None
            await self._host.dismiss(self._programs)

    async def _open(self) -> None:
        self._needed_at = self._clock()
        await self._host.admit(self._programs, READY_WITHIN_S)
