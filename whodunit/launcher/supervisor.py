"""Runs a list of programs in stages and keeps each of them running."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from itertools import groupby

from whodunit.launcher.backoff import Backoff
from whodunit.launcher.keeper import Keeper
from whodunit.launcher.process_factory import ProcessFactory
from whodunit.launcher.program import Program
from whodunit.launcher.readiness import Probe

STAGE_WITHIN_S = 30.0

logger = logging.getLogger("whodunit.launcher")


def _nothing() -> None:
    return


async def _all(these: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*these)


class Supervisor:
    """Starts a stage when every program of the one before has been ready, or after half a minute."""

    def __init__(
        self,
        programs: Sequence[Program],
        factory: ProcessFactory,
        probe: Probe,
        *,
        preload: Sequence[str] = (),
        changed: Callable[[], None] = _nothing,
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        """`preload` is imported while the first stage starts; `changed` is called when a process or state changes."""
        self.keepers = [Keeper(program, factory, probe, changed=changed, backoff=backoff()) for program in programs]
        self.factory = factory
        self._preload = preload
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start in the background; returns at once."""
        self._starting = asyncio.create_task(self._start())

    async def started(self) -> None:
        """Wait until every stage has been started; raises the exception that prevented it."""
        if self._starting:
            await self._starting

    async def stop(self) -> None:
        """Stop every program, the last stage first, so that the store receives the last telemetry of the others."""
        if self._starting:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        async with AsyncExitStack() as ends:
            ends.push_async_callback(self.factory.close)
            ends.push_async_callback(_all, self._tasks)
            for stage in self._stages():
                ends.push_async_callback(_all, [keeper.stop() for keeper in stage])

    async def _start(self) -> None:
        for number, stage in enumerate(self._stages()):
            for keeper in stage:
                self._tasks.add(asyncio.create_task(keeper.keep()))
            if number == 0:
                await self._prepare()
            await self._wait_ready(stage)

    async def _prepare(self) -> None:
        await asyncio.sleep(0)  # the first stage is forked before the long import
        for problem in await self.factory.prepare(self._preload):
            logger.warning("cannot import %s", problem)

    async def _wait_ready(self, stage: Sequence[Keeper]) -> None:
        try:
            async with asyncio.timeout(STAGE_WITHIN_S):
                await asyncio.gather(*(keeper.was_ready.wait() for keeper in stage))
        except TimeoutError:
            late = [keeper.program.name for keeper in stage if not keeper.was_ready.is_set()]
            logger.warning("not ready after %d s: %s", STAGE_WITHIN_S, ", ".join(late))

    def _stages(self) -> list[list[Keeper]]:
        ordered = sorted(self.keepers, key=lambda keeper: keeper.program.stage)
        return [list(stage) for _, stage in groupby(ordered, key=lambda keeper: keeper.program.stage)]
