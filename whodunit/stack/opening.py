"""From nothing to an open shop: waits for every container, then buys something; tells the terminal how it goes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from whodunit.errors import LabError
from whodunit.load.trial_order import TrialOrder
from whodunit.stack.watch import Seen, Watch

LOOK_EVERY_S = 0.5
AGAIN_AFTER_S = 2.0

Sleep = Callable[[float], Awaitable[None]]


class Teller(Protocol):
    """Somebody who sits at the terminal."""

    def waiting(self, seen: Sequence[Seen]) -> None:
        """Not all are ready yet."""
        ...

    def not_yet(self, error: LabError) -> None:
        """All are ready, and yet nothing could be bought."""
        ...

    def opened(self, order: TrialOrder, seen: Sequence[Seen], seconds: float) -> None:
        """The first order has gone through, so many seconds after the lab's start."""
        ...


class Opening:
    """Runs once; `order` stays None until the shop has sold something."""

    def __init__(
        self, watch: Watch, buy: Callable[[], TrialOrder], teller: Teller, sleep: Sleep = asyncio.sleep
    ) -> None:
        """`buy` may block."""
        self._watch = watch
        self._sleep = sleep
        self._buy = buy
        self._teller = teller
        self._started = time.monotonic()
        self.order: TrialOrder | None = None

    async def is_open(self) -> bool:
        """Whether something has been bought and every container is ready now."""
        return self.order is not None and not any(each.missing for each in await self._watch.look())

    async def run(self) -> None:
        """Until the shop is open, however long that takes."""
        while self.order is None:
            seen = await self._all_ready()
            try:
                self.order = await asyncio.to_thread(self._buy)
            except LabError as error:
                self._teller.not_yet(error)
                await self._sleep(AGAIN_AFTER_S)
        self._teller.opened(self.order, seen, time.monotonic() - self._started)

    async def _all_ready(self) -> list[Seen]:
        while True:
            seen = await self._watch.look()
            if not any(each.missing for each in seen):
                return seen
            self._teller.waiting(seen)
            await self._sleep(LOOK_EVERY_S)
