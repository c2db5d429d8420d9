"""Seconds from the onset until each piece of evidence is there."""

import json

from bench.shop import open_shop

SCENARIOS = ("checkout-hangs", "checkout-hangs/gateway-slow")


def measure() -> dict[str, list[float]]:
    """Verify each scenario once: seconds from the fault to each expected symptom, in the order of appearance."""
    found = {}
    with open_shop() as shop:
        shop.up()
        for slug in SCENARIOS:
            verdict = json.loads(shop.run("scenario", "verify", slug, "--json", check=False))
            expected = [check for phase in verdict["phases"] if phase["phase"] == "expect" for check in phase["checks"]]
            found[slug] = sorted(check["seconds"] for check in expected if check["passed"])
    return found
