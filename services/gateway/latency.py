"""The external service's latency: log-normal, as that of real gateways is."""

import asyncio
import math
import random
from dataclasses import dataclass
from typing import Protocol

SIGMA = 0.2
"""Spread of the logarithm: with medians of 400 and 60 ms a payment takes half a second, its p95 stays under 750 ms."""


class Latency(Protocol):
    """Waits as long as each kind of request takes."""

    async def authenticate(self) -> None:
        """Take as long as an authentication does."""
        ...

    async def charge(self) -> None:
        """Take as long as a charge does."""
        ...


@dataclass(frozen=True)
class LogNormalLatency:
    """Medians in milliseconds; 0 takes no time at all."""

    auth_ms: float
    charge_ms: float
    sigma: float = SIGMA

    async def authenticate(self) -> None:
        """Take as long as an authentication does."""
        await pass_time(self.auth_ms, self.sigma)

    async def charge(self) -> None:
        """Take as long as a charge does."""
        await pass_time(self.charge_ms, self.sigma)


async def pass_time(median_ms: float, sigma: float = SIGMA) -> None:
    """Take a log-normal time; a median of 0 takes none."""
    if median_ms > 0:
        await asyncio.sleep(random.lognormvariate(math.log(median_ms / 1000), sigma))
