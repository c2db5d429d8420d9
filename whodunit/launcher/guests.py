"""Programs that run only while visitors need them: ready before the first one comes, ended a while after the last."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from whodunit.errors import LabError
from whodunit.launcher.program import Program

READY_WITHIN_S = 30.0
"""The first start makes a million rows: five seconds where ten others want the same two cores; later ones take one."""

LEAVE_AFTER_S = 30.0
"""Load that begins anew within that time finds them as they were."""


class Host(Protocol):
    """Runs programs beside those of the shop."""

    async def admit(self, programs: Sequence[Program], within_s: float) -> Mapping[str, str | None]:
        """Run them; returns those not ready within so many seconds, with how their last process ended, if one has."""
        ...

    async def dismiss(self) -> None:
        """Stop them."""
        ...


class Guests:
    """`programs` at `host`; make it where the event loop runs. `log` says where the log of one is."""

    def __init__(
        self,
        programs: Sequence[Program],
        host: Host,
        clock: Callable[[], float] = time.monotonic,
        log: str = "logs/{name}.log",
    ) -> None:
        self._programs = programs
        self._host = host
        self._clock = clock
        self._log = log
        self._needed_at: float | None = None
        self._loop = asyncio.get_running_loop()
        # A second process of a program would have the database and the port of one that drains.
        self._door = asyncio.Lock()
        self._leaving: asyncio.Task[None] | None = None

    def invite(self) -> None:
        """`open`, from another thread."""
        asyncio.run_coroutine_threadsafe(self.open(), self._loop).result()

    async def open(self) -> None:
        """Have them run; raises LabError when they are not ready within `READY_WITHIN_S`."""
        asked_at = self._clock()
        async with self._door:
            left_s = max(0.0, READY_WITHIN_S - (self._clock() - asked_at))
            late = await self._host.admit(self._programs, left_s)
            self._needed_at = self._clock()
        if late:
            raise _not_ready(late, self._log)

    def tick(self, *, needed: bool) -> None:
        """Have them stopped when nobody has needed them for `LEAVE_AFTER_S`; call it every second or so."""
        if needed and self._needed_at is not None:
            self._needed_at = self._clock()
        elif self._is_over and (self._leaving is None or self._leaving.done()):
            self._leaving = asyncio.create_task(self._leave())

    async def left(self) -> None:
        """Wait for the end of those that leave."""
        if self._leaving:
            await self._leaving

    async def _leave(self) -> None:
        async with self._door:
            if self._is_over:  # still, after an invitation that was before it at the door
                self._needed_at = None
                await self._host.dismiss()

    @property
    def _is_over(self) -> bool:
        return self._needed_at is not None and self._clock() - self._needed_at > LEAVE_AFTER_S


def _not_ready(late: Mapping[str, str | None], log: str) -> LabError:
    message = f"Not ready within {READY_WITHIN_S:g} s: {', '.join(late)}."
    ended = next(((name, end) for name, end in late.items() if end is not None), None)
    if ended is None:
        return LabError(
            message, f"They still start: try again in a moment; their logs: {log.format(name=next(iter(late)))}"
        )
    name, end = ended
    return LabError(
        f"{message} {name} ended: {end}.",
        f"Its log tells why (another program may have its port): {log.format(name=name)}. Then try again.",
    )
