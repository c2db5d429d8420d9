"""Several causes of one face: common parts stand at the top, the variants add theirs."""

from pathlib import Path

import pytest

from tests.unit.scenario.conftest import SCENARIO
from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.loader import load, load_all, load_truth
from whodunit.strict_yaml.problems import ScenarioFileError

FAULTS = 'faults:\n  - {flag: payment-pool-exhaustion, variant: "on", lasts: 2m}\n'
VARIANTS = """\
hints: [Look.]
variants:
  held:
    faults: [{flag: payment-pool-exhaustion, variant: "on"}]
  slow:
    load: {rates: {buy: 3}}
    faults: [{flag: gateway-slow, variant: slow}]
    expect: {logs: [{id: named, title: The gateway is named, body: Gateway.}]}
    quiet: {metrics: [{id: pool-fine, title: The pool is fine, counter: timeouts, at_most: 0}]}
    remedies:
      - {flag: payment-gateway-breaker, title: A breaker, symptom: named, logs: [{id: over, title: Over, at_most: 0}]}
    hints: [Look again.]
"""
TRUTH = """\
schema_version: 1
component: payment
reason: connection-held-across-call
explanation: A transaction is held across a call.
answer: [{field: reason, asks: Why?, weight: 100}]
variants: {held: {}, slow: {component: gateway, reason: slow-dependency}}
"""


@pytest.fixture
def by_two(folder: Path) -> Path:
    """A scenario with two causes."""
    (folder / "scenario.yaml").write_text(SCENARIO.replace(FAULTS, "") + VARIANTS)
    (folder / "truth.yaml").write_text(TRUTH)
    return folder


def refusal(folder: Path, old: str, new: str) -> str:
    """What is said about the scenario with `old` replaced by `new`."""
    path = folder / "scenario.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(ScenarioFileError) as caught:
        load(folder)
    return caught.value.message


def test_a_variant_adds_its_own_to_the_common_parts(by_two: Path) -> None:
    held, slow = load_all(by_two)
    assert [held.name, slow.name] == ["payments-slow/held", "payments-slow/slow"]
    assert [check.id for check in slow.scenario.expect.checks] == ["slow", "waits", "says-so", "named"]
    assert [check.id for check in slow.scenario.quiet.checks] == ["gateway-fast", "pool-fine"]
    assert [remedy.flag for remedy in slow.scenario.remedies] == ["payment-larger-pool", "payment-gateway-breaker"]
    assert slow.scenario.hints == ["Look.", "Look again."]
    assert [fault.flag for fault in slow.scenario.flags] == ["gateway-slow"]
    assert [check.id for check in held.scenario.expect.checks] == ["slow", "waits", "says-so"]
    assert (held.scenario.load.rates.buy, slow.scenario.load.rates.buy) == (5, 3)


def test_the_slug_alone_is_the_first_variant(by_two: Path) -> None:
    assert catalogue.find(str(by_two)).variant == "held"
    assert catalogue.find(f"{by_two}/slow").variant == "slow"
    assert catalogue.find("checkout-hangs").name == "checkout-hangs/held"


@pytest.mark.parametrize("name", ["checkout-hangs/melted", "checkout-slow/held"])
def test_a_variant_that_is_not_there_is_wrong_use(name: str) -> None:
    with pytest.raises(WrongUseError, match=f"no scenario '{name}'") as caught:
        catalogue.find(name)
    assert name.partition("/")[0] in caught.value.hint


def test_each_variant_has_the_truth_that_differs(by_two: Path) -> None:
    held, slow = (load_truth(case) for case in load_all(by_two))
    assert (held.component, held.reason) == ("payment", "connection-held-across-call")
    assert (slow.component, slow.reason) == ("gateway", "slow-dependency")
    assert slow.explanation == held.explanation
    assert not slow.variants


def test_the_truth_must_know_the_variants(by_two: Path) -> None:
    (by_two / "truth.yaml").write_text(TRUTH.replace("slow: {", "fast: {"))
    with pytest.raises(ScenarioFileError, match="held, slow"):
        load_truth(load(by_two))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("variants:\n", f"{FAULTS}variants:\n", "faults stand in the variants"),
        ("id: named", "id: slow", "duplicate ids: slow"),
        ("symptom: named", "symptom: gone", "symptom 'gone' is not in expect"),
        ("flag: gateway-slow", "flag: gateway-fast", "variants.slow.faults.0.flag: unknown flag 'gateway-fast'"),
        ("body: Gateway.", "body: Gateway., within: soon", "variants.slow.expect.logs.0.within: 'soon' is not a dur"),
    ],
)
def test_a_mistake_in_a_variant_is_told(by_two: Path, old: str, new: str, said: str) -> None:
    assert said in refusal(by_two, old, new)


def test_an_unknown_alert_of_a_variant_is_told(by_two: Path) -> None:
    alerts = "expect: {alerts: [{id: called, title: Called, alert: NoSuchAlert}], logs:"
    assert "variants.slow.expect.alerts.0.alert" in refusal(by_two, "expect: {logs:", alerts)
