"""The folder with the wrong cause is a valid scenario."""

from pathlib import Path

from whodunit.incident import catalogue
from whodunit.incident.loader import load, load_all
from whodunit.incident.swap import with_faults_of


def test_the_evidence_stays_and_the_cause_changes(tmp_path: Path) -> None:
    hangs, slow = catalogue.find("checkout-hangs"), catalogue.find("checkout-hangs/gateway-slow")
    swapped = load(with_faults_of(hangs, slow, tmp_path))
    assert swapped.slug == "checkout-hangs-held-by-checkout-hangs-gateway-slow"
    assert [fault.flag for fault in swapped.scenario.flags] == ["gateway-slow"]
    assert swapped.scenario.expect == hangs.scenario.expect
    assert swapped.scenario.quiet == hangs.scenario.quiet


def test_what_the_load_brings_out_is_swapped_with_its_load(by_two: Path, tmp_path: Path) -> None:
    load_file = by_two / "causes" / "slow.yaml"
    rush = "load: {rates: {buy: 1}, rush: {buy: 5}}\nbefore: [{flag: gateway-slow, variant: slow}]\ntrigger: load\n"
    load_file.write_text(rush)
    held, slow = load_all(by_two)
    swapped = load(with_faults_of(held, slow, tmp_path)).scenario
    assert (swapped.faults, swapped.before[0].flag) == ([], "gateway-slow")
    assert swapped.load.rush_rates.buy == 5
