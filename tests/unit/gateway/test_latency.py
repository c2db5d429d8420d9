"""The gateway's latency model and who decides on it."""

import pytest

from services.gateway.latency import LogNormalLatency
from services.gateway.variants import overloaded, unresponsive

pytestmark = pytest.mark.anyio

USUAL = LogNormalLatency(350, 150)
LONGEST_WAIT_MS = 4_000


async def test_no_latency_takes_no_time() -> None:
    still = LogNormalLatency(0, 0)
    await still.authenticate()
    await still.charge()


@pytest.mark.parametrize("slower", [overloaded(USUAL), unresponsive(USUAL)])
def test_only_authentication_becomes_slower_than_anybody_waits(slower: LogNormalLatency) -> None:
    assert slower.auth_ms > LONGEST_WAIT_MS
    assert slower.charge_ms == USUAL.charge_ms
