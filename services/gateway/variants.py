"""Other latencies of the external services."""

import random
from collections.abc import Callable
from time import monotonic

from services.gateway.breaches import Breaches
from services.gateway.latency import LogNormalLatency, pass_time
from services.gateway.supplier import Supplier

OVERLOADED_AUTH_MS = 6_000
"""Median; the shop gives an answer four seconds."""

UNANSWERED_AUTH_MS = 90_000

HUNG_SHARE = 0.5
"""Of the questions: those that come to one of two machines."""
HUNG_MS = 12_000

SLOW_CONFIRM_MS = 6_000
"""Median; the shop gives a supplier five seconds."""
SLOW_FOR_S = 10.0


def overloaded(healthy: LogNormalLatency) -> LogNormalLatency:
    """Authentication takes longer than any caller waits; charges are as quick as ever."""
    return LogNormalLatency(OVERLOADED_AUTH_MS, healthy.charge_ms)


def unresponsive(healthy: LogNormalLatency) -> LogNormalLatency:
    """Authentication does not answer while anybody is listening."""
    return LogNormalLatency(UNANSWERED_AUTH_MS, healthy.charge_ms)


class HangingBreaches(Breaches):
    """One of the machines that know breached passwords keeps a question for long before it answers."""

    async def suffixes(self, prefix: str) -> list[str]:
        """How the known hashes go on that begin with `prefix`."""
        if random.random() < HUNG_SHARE:
            await pass_time(HUNG_MS)
        return await super().suffixes(prefix)


class StumblingSupplier(Supplier):
    """Takes seconds to confirm for a while, and is well again by itself.

    The while begins with the first question after one that the `usual` supplier was asked.
    """

    def __init__(self, usual: Supplier, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(usual.confirm_ms)
        self._usual = usual
        self._clock = clock
        self._well_until = -1
        self._began_s = 0.0

    async def confirm(self) -> None:
        """Take as long as a confirmation does."""
        if self._well_until != self._usual.asked:
            self._well_until, self._began_s = self._usual.asked, self._clock()
        is_slow = self._clock() < self._began_s + SLOW_FOR_S
        await pass_time(SLOW_CONFIRM_MS if is_slow else self.confirm_ms)
