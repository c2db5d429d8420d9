"""Keeps one program running."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from enum import StrEnum

from whodunit.launcher.backoff import Backoff
from whodunit.launcher.nursery import Nursery, NurseryError
from whodunit.launcher.program import Program
from whodunit.launcher.readiness import Probe

POLL_S = 0.05
STOP_WITHIN_S = 12.0

logger = logging.getLogger("whodunit.launcher")


class State(StrEnum):
    """Where a program is in its life."""

    WAITING = "waiting"  # for its turn to start
    STARTING = "starting"
    READY = "ready"
    BACKING_OFF = "backing off"
    STOPPED = "stopped"


class Keeper:
    """Starts a program, waits until it is ready, starts it again when it ends, until told to stop."""

    def __init__(
        self, program: Program, nursery: Nursery, probe: Probe, *, changed: Callable[[], None], backoff: Backoff
    ) -> None:
        """`changed` is called whenever the process or its state is another one."""
        self.program = program
        self.state = State.WAITING
        self.pid: int | None = None
        self.restarts = 0
        self.last_exit: str | None = None
        self.was_ready = asyncio.Event()
        self._nursery = nursery
        self._probe = probe
        self._changed = changed
        self._backoff = backoff
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def keep(self) -> None:
        """Run until `stop`."""
        while not self._stopping.is_set():
            begun = time.monotonic()
            await self._live()
            if not self._stopping.is_set():
                self.restarts += 1
                await self._pause(self._backoff.after(time.monotonic() - begun))
        self._become(State.STOPPED)

    async def stop(self) -> None:
        """End the process in order, after a while by force."""
        self._stopping.set()
        self._ask_to_stop()
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await self._idle.wait()
        except TimeoutError:
            self._kill()
            await self._idle.wait()

    async def is_ready(self) -> bool:
        """Asks the program now."""
        return self.state is State.READY and await self._probe(self.program.url)

    async def _live(self) -> None:
        self._become(State.STARTING)
        self._idle.clear()
        try:
            self.pid = await self._nursery.start(self.program)
            await self._accompany(self.pid)
        except NurseryError as error:
            self.last_exit = str(error)
        finally:
            self.pid = None
            self._idle.set()

    async def _accompany(self, pid: int) -> None:
        self._changed()
        if self._stopping.is_set():  # while it was being made
            self._ask_to_stop()
        waiting = asyncio.create_task(self._wait_ready())
        self.last_exit = _describe(await self._nursery.ended(pid))
        waiting.cancel()
        if not self._stopping.is_set():
            logger.warning("%s ended: %s", self.program.name, self.last_exit)

    async def _wait_ready(self) -> None:
        while True:
            if await self._probe(self.program.url):
                break
            await asyncio.sleep(POLL_S)
        self._become(State.READY)
        self.was_ready.set()

    async def _pause(self, seconds: float) -> None:
        self._become(State.BACKING_OFF)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    def _ask_to_stop(self) -> None:
        if self.pid is not None:
            self._nursery.ask_to_stop(self.pid)

    def _kill(self) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def _become(self, state: State) -> None:
        self.state = state
        self._changed()


def _describe(code: int | None) -> str:
    if code is None:
        return "ended with the process it came from"
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"
