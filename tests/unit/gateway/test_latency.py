"""The gateway's latency model and who decides on it."""

import pytest

from services.gateway import variants
from services.gateway.latency import LogNormalLatency
from services.gateway.supplier import Supplier
from services.gateway.variants import (
    SLOW_CONFIRM_MS,
    SLOW_FOR_S,
    HangingBreaches,
    StumblingSupplier,
    overloaded,
    unresponsive,
)

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


async def test_half_of_the_searches_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    hung = []

    async def pass_time(median_ms: float) -> None:
        hung.append(median_ms)

    monkeypatch.setattr(variants, "pass_time", pass_time)
    breaches = HangingBreaches(0)
    found = [await breaches.suffixes("E38AD") for _ in range(200)]
    assert all(found)
    assert 60 < len(hung) < 140
    assert min(hung) > LONGEST_WAIT_MS


async def test_a_supplier_who_stumbles_is_well_again_by_himself_and_stumbles_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    took: list[float] = []

    async def pass_time(median_ms: float) -> None:
        took.append(median_ms)

    monkeypatch.setattr(variants, "pass_time", pass_time)
    now_s = [100.0]
    usual = Supplier(0)
    stumbling = StumblingSupplier(usual, lambda: now_s[0])
    for later_s in (0.0, SLOW_FOR_S - 1, 1.0, 1000.0):
        now_s[0] += later_s
        await stumbling.confirm()
    assert took == [SLOW_CONFIRM_MS, SLOW_CONFIRM_MS, 0, 0]
    await usual.confirm()
    await stumbling.confirm()
    assert took[4:] == [SLOW_CONFIRM_MS]
