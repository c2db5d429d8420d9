"""Waits for every container, then places a trial order, and reports the progress on the terminal."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from whodunit.errors import LabError
from whodunit.load.trial_order import TrialOrder
from whodunit.stack.watch import Seen, Watch

SAMPLE_EVERY_S = 0.5
AGAIN_AFTER_S = 2.0

Sleep = Callable[[float], Awaitable[None]]


class Reporter(Protocol):
    """Shows the progress to a person."""

    def waiting(self, seen: Sequence[Seen]) -> None:
        """Some containers are not ready yet."""
        ...

    def not_yet(self, error: LabError) -> None:
        """All are ready, but the trial order failed."""
        ...

    def opened(self, order: TrialOrder, seen: Sequence[Seen], seconds: float) -> None:
        """The trial order has completed, so many seconds after the lab's start."""
        ...


class Opening:
    """Runs once; `order` stays None until the trial order has completed."""

    def __init__(
        self, watch: Watch, buy: Callable[[], TrialOrder], reporter: Reporter, sleep: Sleep = asyncio.sleep
    ) -> None:
        """`buy` may block."""
        self._watch = watch
        self._sleep = sleep
        self._buy = buy
        self._reporter = reporter
        self._started = time.monotonic()
        self.order: TrialOrder | None = None

    async def is_open(self) -> bool:
        """True if the trial order has completed and every container is ready now."""
        return self.order is not None and not any(each.missing for each in await self._watch.sample())

    async def run(self) -> None:
        """Wait until the shop is open, however long that takes."""
        while self.order is None:
            seen = await self._all_ready()
            try:
                self.order = await asyncio.to_thread(self._buy)
            except LabError as error:
                self._reporter.not_yet(error)
                await self._sleep(AGAIN_AFTER_S)
        self._reporter.opened(self.order, seen, time.monotonic() - self._started)

    async def _all_ready(self) -> list[Seen]:
        while True:
            seen = await self._watch.sample()
            if not any(each.missing for each in seen):
                return seen
            self._reporter.waiting(seen)
            await self._sleep(SAMPLE_EVERY_S)
