"""The folder with the wrong cause is a valid scenario."""

from pathlib import Path

from whodunit.incident import catalogue
from whodunit.incident.loader import load
from whodunit.incident.swap import with_faults_of


def test_the_evidence_stays_and_the_cause_changes(tmp_path: Path) -> None:
    hangs, slow = catalogue.find("checkout-hangs"), catalogue.find("checkout-slow")
    swapped = load(with_faults_of(hangs, slow, tmp_path))
    assert swapped.slug == "checkout-hangs-held-by-checkout-slow"
    assert [fault.flag for fault in swapped.scenario.flags] == ["gateway-slow"]
    assert swapped.scenario.expect == hangs.scenario.expect
    assert swapped.scenario.quiet == hangs.scenario.quiet
