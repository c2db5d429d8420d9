"""The highest checkout rate the whole shop, telemetry and store and load generator included, sustains here.

The gateway's latency is set to zero. A rate is sustained when the answer to a checkout stays within
`OBJECTIVE_S` at p95 and nothing fails.
"""

from typing import Any, NamedTuple

from bench.shop import Shop, open_shop, used_s

OBJECTIVE_S = 0.25
RATES = (10, 20, 25, 30, 35, 40, 45, 50, 60)
SETTLE_AND_MEASURE_S = 30.0
"""The load generator logs its accounts in first, which takes both cores some seconds; figures are of the last ten."""


class Step(NamedTuple):
    """One rate that was tried: what came out, and the busiest processes' share of one core."""

    rate: float
    checkouts_per_s: float
    p95_s: float
    errors: int
    sustained: bool
    busiest: str


def measure() -> list[Step]:
    """Raise the rate until it is no longer sustained; the last step shows what gave way."""
    steps: list[Step] = []
    with open_shop(GATEWAY_AUTH_MS="0", GATEWAY_CHARGE_MS="0") as shop:
        shop.up()
        shop.load({"buy": RATES[0]}, SETTLE_AND_MEASURE_S)
        for rate in RATES:
            steps.append(_try(shop, rate))
            if not steps[-1].sustained:
                break
    return steps


def _try(shop: Shop, rate: float) -> Step:
    processes = shop.processes()
    before = used_s(processes)
    state = shop.load({"buy": rate}, SETTLE_AND_MEASURE_S)
    used = {name: (used - before[name]) / SETTLE_AND_MEASURE_S for name, used in used_s(processes).items()}
    return _step(rate, state["stats"], used)


def _step(rate: float, stats: dict[str, Any], used: dict[str, float]) -> Step:
    p95_s = stats["now"]["checkout_p95_s"]
    errors = sum(stats["total"]["errors"].values())
    done = stats["now"]["checkouts_per_s"]
    sustained = p95_s is not None and p95_s <= OBJECTIVE_S and errors == 0 and done >= 0.95 * rate
    busiest = sorted(used.items(), key=lambda pair: -pair[1])[:3]
    return Step(rate, done, p95_s, errors, sustained, ", ".join(f"{name} {share:.0%}" for name, share in busiest))
