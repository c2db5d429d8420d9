"""The event loop's lag: a blocked loop has no other signal."""

import asyncio
from time import perf_counter

from opentelemetry import metrics

from kit.buckets import SHORT_SECONDS

INTERVAL_S = 0.5


async def measure_lag() -> None:
    """Record by how much a short sleep overruns, twice a second, until cancelled."""
    lag = metrics.get_meter("shop.runtime").create_histogram(
        "shop.event_loop.lag", "s", explicit_bucket_boundaries_advisory=SHORT_SECONDS
    )
    while True:
        start = perf_counter()
        await asyncio.sleep(INTERVAL_S)
        lag.record(max(0.0, perf_counter() - start - INTERVAL_S))
