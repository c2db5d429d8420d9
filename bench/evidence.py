"""How long after the onset each piece of evidence is there."""

import json
from typing import NamedTuple

from bench.shop import open_shop

SCENARIOS = ("checkout-hangs", "checkout-slow")


class Evidence(NamedTuple):
    """Seconds from the fault to the check that held."""

    scenario: str
    check: str
    signal: str
    seconds: float


def measure() -> list[Evidence]:
    """Verify each scenario once; the expected symptoms in the order in which they appeared."""
    found: list[Evidence] = []
    with open_shop() as shop:
        shop.up()
        for slug in SCENARIOS:
            verdict = json.loads(shop.run("scenario", "verify", slug, "--json", check=False))
            checks = [check for phase in verdict["phases"] if phase["phase"] == "expect" for check in phase["checks"]]
            seen = [Evidence(slug, each["id"], each["signal"], each["seconds"]) for each in checks if each["passed"]]
            found += sorted(seen, key=lambda evidence: evidence.seconds)
    return found
