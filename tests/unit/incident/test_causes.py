"""Several causes of one face: a file each, which adds its own to the parts of the face."""

import re
from pathlib import Path

import pytest

from tests.unit.incident.files import FACE, FAULTS, TRUTH
from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.loader import load, load_all, load_truth
from whodunit.strict_yaml.problems import ScenarioFileError


def refusal(folder: Path, old: str, new: str) -> str:
    """What is said about the cause `slow` with `old` replaced by `new`."""
    path = folder / "causes" / "slow.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(ScenarioFileError) as caught:
        load(folder)
    return caught.value.message


def test_a_face_with_causes_has_no_faults_of_its_own(by_two: Path) -> None:
    (by_two / "scenario.yaml").write_text(FACE + FAULTS)
    with pytest.raises(ScenarioFileError, match="faults stand in the files of the causes"):
        load(by_two)


def test_a_cause_without_a_file_is_told_by_the_file_that_is_missing(by_two: Path) -> None:
    (by_two / "causes" / "slow.yaml").unlink()
    with pytest.raises(ScenarioFileError, match=r"causes/slow\.yaml: cannot be read: No such file"):
        load(by_two)


def test_a_cause_adds_its_own_to_the_parts_of_the_face(by_two: Path) -> None:
    held, slow = load_all(by_two)
    assert [held.name, slow.name] == ["payments-slow/held", "payments-slow/slow"]
    assert [check.id for check in slow.scenario.expect.checks] == ["slow", "waits", "says-so", "named"]
    assert [check.id for check in slow.scenario.quiet.checks] == ["gateway-fast", "pool-fine"]
    assert [remedy.flag for remedy in slow.scenario.remedies] == ["payment-larger-pool", "payment-gateway-breaker"]
    assert slow.scenario.hints == ["Look.", "Look again."]
    assert [fault.flag for fault in slow.scenario.flags] == ["gateway-slow"]
    assert [check.id for check in held.scenario.expect.checks] == ["slow", "waits", "says-so"]
    assert (held.scenario.load.rates.buy, slow.scenario.load.rates.buy) == (5, 3)


def test_a_cause_may_ask_more_of_the_recovery(by_two: Path) -> None:
    slow = by_two / "causes" / "slow.yaml"
    more = "recover: {alerts: [{id: silent, title: Nothing alerts, at_most: 0}]}\n"
    slow.write_text(slow.read_text() + more)
    recoveries = [case.scenario.recover for case in load_all(by_two)]
    assert [[check.id for check in each.checks] for each in recoveries if each] == [
        ["quick-after"], ["quick-after", "silent"],
    ]  # fmt: skip


def test_the_slug_alone_is_the_first_cause(by_two: Path) -> None:
    assert catalogue.find(str(by_two)).cause == "held"
    assert catalogue.find(f"{by_two}/slow").cause == "slow"
    assert catalogue.find("checkout-hangs").name == "checkout-hangs/held"


@pytest.mark.parametrize("name", ["checkout-hangs/melted", "slow-lists/held"])
def test_a_cause_that_is_not_there_is_wrong_use(name: str) -> None:
    with pytest.raises(WrongUseError, match=f"no scenario '{name}'") as caught:
        catalogue.find(name)
    assert name.partition("/")[0] in caught.value.hint


def test_each_cause_has_the_truth_that_differs(by_two: Path) -> None:
    held, slow = (load_truth(case) for case in load_all(by_two))
    assert (held.component, held.reason) == ("payment", "connection-held-across-call")
    assert (slow.component, slow.reason) == ("gateway", "slow-dependency")
    assert slow.explanation == held.explanation
    assert not slow.causes


def test_the_truth_must_know_the_causes(by_two: Path) -> None:
    (by_two / "truth.yaml").write_text(TRUTH.replace("slow: {", "fast: {"))
    with pytest.raises(ScenarioFileError, match="held, slow"):
        load_truth(load(by_two))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: named", "id: slow", "causes/slow.yaml: duplicate ids: slow"),
        ("symptom: named", "symptom: gone", "causes/slow.yaml: symptom 'gone' is not in expect"),
        ("flag: gateway-slow", "flag: gateway-fast", "causes/slow.yaml:3: faults.0.flag: unknown flag 'gateway-fast'"),
        (
            "body: Gateway.",
            "body: Gateway., within: soon",
            "causes/slow.yaml:4: expect.logs.0.within: 'soon' is",
        ),
    ],
)
def test_a_mistake_in_a_cause_is_told_with_its_file(by_two: Path, old: str, new: str, said: str) -> None:
    assert said in refusal(by_two, old, new)


def test_an_unknown_alert_of_a_cause_is_told(by_two: Path) -> None:
    alerts = "expect: {alerts: [{id: called, title: Called, alert: NoSuchAlert}], logs:"
    assert "causes/slow.yaml:4: expect.alerts.0.alert" in refusal(by_two, "expect: {logs:", alerts)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("trigger: peer\n", "", "trigger: .* (missing|required)"),
        (
            "trigger: peer\nfaults: [{flag: gateway-slow, variant: slow}]\n",
            "trigger: peer\n",
            "what changes at the onset",
        ),
        ("trigger: peer", "trigger: load", "what is broken stands under `before`"),
        ("title: A breaker,", "title: A breaker, effect: hides,", "`still` names what holds"),
        ("title: A breaker,", "title: A breaker, effect: hides, still: [gone],", "still: 'gone' is not in tells"),
        ("title: A breaker,", "title: A breaker, effect: nothing,", "remove the checks"),
    ],
)
def test_what_a_cause_says_of_itself_must_fit(by_two: Path, old: str, new: str, says: str) -> None:
    assert re.search(says, refusal(by_two, old, new))


def test_what_was_broken_before_is_brought_out_by_the_load_alone(by_two: Path) -> None:
    path = by_two / "causes" / "held.yaml"
    before = "trigger: load\nload: {rates: {buy: 1}, rush: {buy: 5}}\nbefore: [{flag: gateway-slow, variant: slow}]\n"
    path.write_text(before)
    scenario = load(by_two, "held").scenario
    assert scenario.breaks
    assert scenario.defects == scenario.before
