"""Mistakes in a scenario's file are told with file, line, key and what is allowed."""

from pathlib import Path

import pytest

from tests.unit.incident.files import SCENARIO
from whodunit.errors import WRONG_USE, WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.loader import load
from whodunit.strict_yaml.problems import ScenarioFileError

FAULT = '{flag: payment-pool-exhaustion, variant: "on", lasts: 2m}'


def mistakes(folder: Path, old: str, new: str) -> list[str]:
    """What is said about the scenario with `old` replaced by `new`, without the path."""
    assert old in SCENARIO
    path = folder / "scenario.yaml"
    path.write_text(SCENARIO.replace(old, new))
    with pytest.raises(ScenarioFileError) as caught:
        load(folder)
    assert caught.value.exit_code == WRONG_USE
    assert str(path) in caught.value.hint
    return [line.removeprefix(f"{path}:") for line in caught.value.message.splitlines()]


def test_a_good_file_is_read_with_its_units(folder: Path) -> None:
    case = load(folder)
    assert case.slug == "payments-slow"
    assert case.scenario.steady.within == 30.0
    assert case.scenario.expect.metrics[0].above == 10.0
    assert case.scenario.flags[0].lasts == 120.0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schema_version: 1", "schema_version: 2", "1: schema_version: input should be 1, not 2"),
        ("story:", "stroy:", "3: stroy: unknown key; did you mean 'story'? Allowed here: alarms, "),
        ("level: beginner", "level: easy", "4: level: input should be 'beginner', 'intermediate' or 'advanced', not"),
        ("rates: {buy: 5}", "rates: {buy: 11}", "7: load.rates.buy: input should be less than or equal to 10, not 11"),
        ("rates: {buy: 5}", "rates: {bye: 5}", "7: load.rates.bye: unknown key; did you mean 'buy'? Allowed here: "),
        ("sustained: 3s", "sustained: 3", "10: steady.sustained: 3 is not a duration; write it with its unit"),
        ("within: 30s", "within: soon", "9: steady.within: 'soon' is not a duration"),
        ("p: 95, below: 1s}", "below: 1s}", "12: steady.metrics.0: a histogram needs p or take: mean, count, rate"),
        ("p: 95, below: 1s}", "p: 95}", "12: steady.metrics.0: state a bound: above, below, at_least or at_most"),
        ("histogram: pay, p: 95, above", "counter: pay, p: 95, above", "18: expect.metrics.0: p is the percentile"),
        ("within: 20s}", "within: 20s, boddy: x}", "22: expect.logs.0.boddy: unknown key; did you mean 'body'?"),
        ("longer_than: 10s}", "under: {nam: x}}", "20: expect.spans.0.under.nam: unknown key; did you mean 'name'?"),
        ("flag: payment-pool-exhaustion", "flag: payment-pool", "14: faults.0.flag: unknown flag 'payment-pool'; did"),
        ('variant: "on"', "variant: slow", "14: faults.0.variant: unknown variant 'slow'; There are: off, on"),
        (', variant: "on"', "", "14: faults.0.variant: this key is required"),
        ('variant: "on"', "varient: x", "14: faults.0.varient: unknown key; did you mean 'variant'?"),
        ("flag: payment-pool-exhaustion", "outage: x", "14: faults.0.outage: input should be 'otel-c"),
        ("flag: payment-pool-exhaustion", "outage: otel-collector", "14: faults.0.variant: unknown key; Allow"),
        ('flag: payment-pool-exhaustion, variant: "on"', "outage: otel-collector", "1: (the whole file): remedies are"),
        ("{buy: 5}", "{buy: 5}\n  rush: {buy: 9}\n  shape: {kind: step}", "6: load: rush or shape: with a rush"),
        (FAULT, "payment-pool-exhaustion", "14: faults.0.Fault: input should be a valid dictionary or instance of"),
        (FAULT, "12", "14: faults.0.Fault: input should be a valid dictionary or instance of Fault, not 12"),
        (FAULT, "null", "14: faults.0.Fault: input should be a valid dictionary or instance of Fault"),
        (FAULT, "{browser_memory_mb: 150}", "1: (the whole file): browser_memory_mb: nobody has a browser; add `"),
        ("trigger: data", "trigger: setting", "1: (the whole file): trigger: setting: no fault gives a program"),
        ("lasts: 2m}", "lasts: 2m, schedule: {every: 9s, lasts: 9s}}", "14: faults.0.schedule: lasts is shorter than"),
        ("symptom: slow", "symptom: slow\n    lasts: 9s", "1: (the whole file): remedy payment-larger-pool: `lasts`"),
        ("flag: payment-larger-pool", "flag: payment-pool-exhaustion", "1: (the whole file): remedy payment-pool-ex"),
        (
            "flag: payment-larger-pool",
            "flag: payment-pool-exhaustion\n    lasts: 40s",
            "1: (the whole file): remedy payment-pool-exhaustion: ends after 40 s, so cannot heal",
        ),
        (
            "symptom: slow",
            "symptom: slow\n    beside: payment-larger-pool",
            "1: (the whole file): beside: 'payment-larger-pool' is no other remedy; there are: none",
        ),
        ("symptom: slow", "symptom: sloow", "1: (the whole file): symptom 'sloow' is not in expect; its ids: slow, "),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(folder: Path, old: str, new: str, said: str) -> None:
    assert any(line.startswith(said) for line in mistakes(folder, old, new)), mistakes(folder, old, new)


def test_no_remedy_is_for_the_memory_of_a_browser(folder: Path) -> None:
    old = SCENARIO[SCENARIO.index("{buy: 5}") : SCENARIO.index("expect:")]
    new = old.replace("{buy: 5}", "{buy: 5}\n  browsers: 1").replace(FAULT, "{browser_memory_mb: 150}")
    said = "1: (the whole file): remedies are for flags: the browser has its memory back when the fault is cleared"
    assert mistakes(folder, old, new) == [said]


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(folder: Path) -> None:
    told = mistakes(folder, "level: beginner\ndocumented_in: S1", "level: easy\ndocumented_by: S1")
    assert [line.split(": ")[:2] for line in told] == [
        ["1", "documented_in"],
        ["4", "level"],
        ["5", "documented_by"],
    ]


def test_what_is_no_yaml_is_told_with_its_line(folder: Path) -> None:
    assert mistakes(folder, "level: beginner", "level: [beginner")[0].startswith("5: ")


@pytest.mark.parametrize("text", ["", "- a list", "just words", "{}"])
def test_a_file_that_is_no_scenario_at_all_is_refused(folder: Path, text: str) -> None:
    (folder / "scenario.yaml").write_text(text)
    with pytest.raises(ScenarioFileError):
        load(folder)


def test_a_folder_without_a_scenario_is_told_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="no scenario") as caught:
        catalogue.find(str(tmp_path))
    assert "checkout-hangs" in caught.value.hint


def test_a_slug_misspelt_is_understood() -> None:
    with pytest.raises(WrongUseError) as caught:
        catalogue.find("checkout-hang")
    assert caught.value.hint.startswith("Did you mean 'checkout-hangs'?")


def test_a_folder_or_its_file_can_be_named(folder: Path) -> None:
    assert catalogue.find(str(folder)).slug == catalogue.find(str(folder / "scenario.yaml")).slug


def test_a_refusal_does_not_hold_on_to_what_pydantic_said(folder: Path) -> None:
    path = folder / "scenario.yaml"
    path.write_text(SCENARIO.replace("symptom: slow", "symptom: gone"))
    with pytest.raises(ScenarioFileError) as caught:
        load(folder)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
