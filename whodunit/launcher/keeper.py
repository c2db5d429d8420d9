"""Keeps one program running."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from whodunit.launcher.backoff import Backoff
from whodunit.launcher.process_factory import ProcessFactory, ProcessFactoryError
from whodunit.launcher.program import Program
from whodunit.launcher.readiness import Probe

POLL_S = 0.05
STOP_WITHIN_S = 12.0

logger = logging.getLogger("whodunit.launcher")


class State(StrEnum):
    """The states of a program."""

    WAITING = "waiting"  # for its turn to start
    STARTING = "starting"
    READY = "ready"
    BACKING_OFF = "backing off"
    STOPPED = "stopped"


class Keeper:
    """Starts a program, waits until it is ready, and restarts it when it ends, until told to stop."""

    def __init__(
        self, program: Program, factory: ProcessFactory, probe: Probe, *, changed: Callable[[], None], backoff: Backoff
    ) -> None:
        """`changed` is called whenever the process or its state changes."""
        self.program = program
        self.state = State.WAITING
        self.pid: int | None = None
        self.restarts = 0
        self.last_exit: str | None = None
        self.was_ready = asyncio.Event()
        self._factory = factory
        self._probe = probe
        self._changed = changed
        self._backoff = backoff
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def keep(self) -> None:
        """Keep the program running until `stop`."""
        while not self._stopping.is_set():
            begun = time.monotonic()
            await self._live()
            if not self._stopping.is_set():
                self.restarts += 1
                await self._pause(self._backoff.after(time.monotonic() - begun))
        self._become(State.STOPPED)

    async def stop(self) -> None:
        """Ask the process to end, and kill it when it has not ended in time."""
        self._stopping.set()
        self._ask_to_stop()
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await self._idle.wait()
        except TimeoutError:
            self._kill()
            await self._idle.wait()

    async def is_ready(self) -> bool:
        """True if the program has started and answers its probe now."""
        return self.state is State.READY and await self._probe(self.program.url)

    async def _live(self) -> None:
        self._become(State.STARTING)
        self._idle.clear()
        try:
            self.pid = await self._factory.start(self._next())
            await self._until_exit(self.pid)
        except ProcessFactoryError as error:
            self.last_exit = str(error)
        finally:
            self.pid = None
            self._idle.set()

    def _next(self) -> Program:
        if self.last_exit is None:
            return self.program
        return replace(self.program, env={**self.program.env, "LAST_EXIT": self.last_exit})

    async def _until_exit(self, pid: int) -> None:
        self._changed()
        if self._stopping.is_set():  # while it was being created
            self._ask_to_stop()
        waiting = asyncio.create_task(self._wait_ready())
        self.last_exit = _describe(await self._factory.ended(pid))
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
            self._factory.ask_to_stop(self.pid)

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
