"""Runs a list of programs in stages and keeps each of them running."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from itertools import groupby

from whodunit.launcher.backoff import Backoff
from whodunit.launcher.keeper import Keeper
from whodunit.launcher.process_factory import ProcessFactory, ProcessFactoryError, run_to_end
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
        preparations: Sequence[Program] = (),
        preload_for_guests: Callable[[], Sequence[str]] = tuple,
        changed: Callable[[], None] = _nothing,
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        """While the first stage starts, `preload` is imported and `preparations` are run to their end.

        `preload_for_guests` names what is imported before guests start; `changed` is called when a process or state
        changes.
        """

        def keeper(program: Program) -> Keeper:
            return Keeper(program, factory, probe, changed=changed, backoff=backoff())

        self._keeper = keeper
        self.keepers = [keeper(program) for program in programs]
        self.guests: list[Keeper] = []
        self.factory = factory
        self._preload = preload
        self._preparations = preparations
        self._preload_for_guests = preload_for_guests
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start in the background; returns at once."""
        self._starting = asyncio.create_task(self._start())

    async def started(self) -> None:
        """Wait until every stage has been started; raises the exception that prevented it."""
        if self._starting:
            await self._starting

    async def admit(self, programs: Iterable[Program], within_s: float) -> dict[str, str | None]:
        """Run programs beside those of the list, until they are dismissed; those not ready in time, with their end."""
        known = {guest.program.name for guest in self.guests}
        admitted = [self._keeper(program) for program in programs if program.name not in known]
        if admitted:
            await self._import(self._preload_for_guests())
        self.guests += admitted
        self._tasks.update(asyncio.create_task(guest.keep()) for guest in admitted)
        late = await self._wait_ready(self.guests, within_s)
        return {guest.program.name: guest.last_exit for guest in late}

    async def dismiss(self) -> None:
        """Stop all programs that were admitted."""
        leaving, self.guests = self.guests, []
        await _all(guest.stop() for guest in leaving)

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
            ends.push_async_callback(self.dismiss)

    async def _start(self) -> None:
        for number, stage in enumerate(self._stages()):
            for keeper in stage:
                self._tasks.add(asyncio.create_task(keeper.keep()))
            if number == 0:
                await self._prepare()
            await self._wait_ready(stage, STAGE_WITHIN_S)

    async def _prepare(self) -> None:
        await asyncio.sleep(0)  # the first stage is forked before the long import
        await self._import(self._preload)
        for program in self._preparations:
            await run_to_end(self.factory, program)

    async def _import(self, modules: Sequence[str]) -> None:
        try:
            for problem in await self.factory.prepare(modules):
                logger.warning("cannot import %s", problem)
        except ProcessFactoryError as error:
            logger.warning("nothing is imported for programs to share: %s", error)

    async def _wait_ready(self, stage: Sequence[Keeper], within_s: float) -> list[Keeper]:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await asyncio.gather(*(keeper.was_ready.wait() for keeper in stage))
        late = [keeper for keeper in stage if not keeper.was_ready.is_set()]
        if late:
            logger.warning("not ready after %d s: %s", within_s, ", ".join(keeper.program.name for keeper in late))
        return late

    def _stages(self) -> list[list[Keeper]]:
        ordered = sorted(self.keepers, key=lambda keeper: keeper.program.stage)
        return [list(stage) for _, stage in groupby(ordered, key=lambda keeper: keeper.program.stage)]
