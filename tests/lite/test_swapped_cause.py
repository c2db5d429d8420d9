"""The evidence of a scenario is that of its cause: with the other one's cause it must not pass."""

import json
from pathlib import Path

from bench.shop import Shop
from whodunit.incident import catalogue
from whodunit.incident.swap import with_faults_of

DID_NOT_HOLD = 1


def test_checkout_hangs_by_a_slow_gateway_does_not_pass(shop: Shop, tmp_path: Path) -> None:
    folder = with_faults_of(catalogue.find("checkout-hangs"), catalogue.find("checkout-hangs/gateway-slow"), tmp_path)
    done = shop.process("scenario", "verify", str(folder), "--json")
    verdict = json.loads(done.stdout)
    assert done.returncode == DID_NOT_HOLD
    assert [phase["phase"] for phase in verdict["phases"] if phase["phase"] == "steady" and phase["passed"]]
    failed = {check["id"] for phase in verdict["phases"] for check in phase["checks"] if not check["passed"]}
    assert {"pool-timeouts", "log-database-connection-timeout", "gateway-answers-fast"} <= failed
