"""Other latencies of the external services."""

import random

from services.gateway.breaches import Breaches
from services.gateway.latency import LogNormalLatency, pass_time

OVERLOADED_AUTH_MS = 6_000
"""Median; the shop gives an answer four seconds."""

UNANSWERED_AUTH_MS = 90_000

HUNG_SHARE = 0.5
"""Of the questions: those that come to one of two machines."""
HUNG_MS = 12_000

SLOW_CONFIRM_MS = 6_000
"""Median; the shop gives a supplier five seconds."""


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
