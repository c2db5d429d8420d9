"""Marks of the cause, what the onset leaves as it was, and remedies that heal nothing or hide it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.incident.files import SCENARIO
from tests.unit.runner.fakes import FakeClock, FakeLab, FakeTelemetry, Recorder
from whodunit.incident.loader import load
from whodunit.incident.result import ScenarioResult
from whodunit.runner.runner import Runner
from whodunit.telemetry.questions import Window

FAULT, REMEDY = "payment-pool-exhaustion", "payment-larger-pool"
TELLS = "tells: {metrics: [{id: held-long, title: Held for long, gauge: held, above: 1}]}\n"
UNCHANGED = """\
unchanged:
  metrics:
    - {id: as-quick, title: As quick as before, histogram: gateway, take: mean, measurements: 0}
"""


@pytest.fixture
def shop(clock: FakeClock, lab: FakeLab) -> FakeTelemetry:
    """Payments are slow while the fault is in force without its remedy; connections are held for long all along."""

    def is_sick() -> bool:
        return lab.since(FAULT) is not None and lab.since(REMEDY) is None

    return FakeTelemetry(
        numbers={"pay": lambda _: 18.0 if is_sick() else 0.5, "gateway": lambda _: 0.3, "held": lambda _: 2.0},
        spans_by_name={"pay": lambda _: 4 if is_sick() else 0},
        logs_by_body={"Too slow.": lambda _: 2 if is_sick() else 0},
    )


@pytest.fixture
def run(shop: FakeTelemetry, clock: FakeClock, lab: FakeLab, folder: Path) -> Callable[[str], ScenarioResult]:
    """A run of the scenario in a text, with its remedies."""

    def run(text: str) -> ScenarioResult:
        (folder / "scenario.yaml").write_text(text)
        case = load(folder)
        return Runner(shop, lab, clock, Recorder()).run(case, remedies=case.scenario.remedies)

    return run


def failed(result: ScenarioResult) -> list[str]:
    return [f"{phase.phase}/{check.id}" for phase in result.phases for check in phase.checks if not check.passed]


def test_a_mark_of_the_cause_may_have_been_there_before(run: Callable[[str], ScenarioResult]) -> None:
    result = run(SCENARIO + TELLS)
    assert result.passed, failed(result)
    assert [check.observed for phase in result.phases if phase.phase == "tells" for check in phase.checks] == [2.0]


def test_a_mark_that_does_not_show_fails_the_run(run: Callable[[str], ScenarioResult], shop: FakeTelemetry) -> None:
    shop.numbers["held"] = lambda _: 0.5
    assert failed(run(SCENARIO + TELLS)) == ["tells/held-long"]


@pytest.mark.parametrize(("during_s", "fails"), [(0.6, []), (0.61, ["unchanged/as-quick"])])
def test_what_is_to_stay_as_it_is_may_double_and_no_more(
    run: Callable[[str], ScenarioResult], shop: FakeTelemetry, lab: FakeLab, during_s: float, fails: list[str]
) -> None:
    shop.numbers["gateway"] = lambda _: 0.3 if lab.since(FAULT) is None else during_s
    assert failed(run(SCENARIO + UNCHANGED)) == fails


def test_what_was_hardly_measured_before_is_no_baseline(
    run: Callable[[str], ScenarioResult], shop: FakeTelemetry
) -> None:
    many = UNCHANGED.replace("measurements: 0", "measurements: 20")
    few: dict[str, Callable[[Window], float]] = {"gateway": lambda _: 19.0}
    shop.numbers |= few
    result = run(
        SCENARIO.replace(
            "quiet:\n  metrics:\n    - {id: gateway-fast, title: The gateway is quick, "
            "histogram: gateway, p: 95, below: 1s}\n",
            "",
        )
        + many
    )
    assert result.stopped == "too little was measured before the onset to tell whether it stays so: as-quick"


def test_a_baseline_waits_until_enough_is_measured(
    run: Callable[[str], ScenarioResult], shop: FakeTelemetry, clock: FakeClock
) -> None:
    many = UNCHANGED.replace("measurements: 0", "measurements: 20")
    began = clock.now()
    visits: dict[str, Callable[[Window], float]] = {
        "gateway": lambda _: 0.3 if (clock.now() - began).total_seconds() < 5 else 20.0
    }
    shop.numbers |= visits
    fast = "- {id: gateway-fast, title: The gateway is quick, histogram: gateway, p: 95, below: 1s}"
    text = SCENARIO.replace(f"quiet:\n  metrics:\n    {fast}\n", "")
    result = run(text + many)
    (phase,) = (each for each in result.phases if each.phase == "baseline")
    assert (phase.passed, [check.seconds > 0 for check in phase.checks]) == (True, [True])


def remedy(effect: str, checks: str = "") -> str:
    """The scenario with another effect of its remedy."""
    head, _, rest = SCENARIO.partition("    sustained: 3s\n    metrics:\n      - {id: healed")
    return f"{head}    sustained: 3s\n    effect: {effect}\n{checks}{rest.partition(chr(10))[2]}"


def test_a_remedy_that_heals_nothing_is_shown_by_its_symptom(
    run: Callable[[str], ScenarioResult], shop: FakeTelemetry, lab: FakeLab
) -> None:
    shop.numbers["pay"] = lambda _: 0.5 if lab.since(FAULT) is None else 18.0
    result = run(remedy("nothing"))
    assert result.passed, failed(result)
    [phase] = [each for each in result.phases if each.phase == f"remedy {REMEDY}"]
    assert [check.id for check in phase.checks] == ["slow", "still-slow"]
    assert phase.checks[-1].seconds >= 30


def test_a_remedy_that_heals_after_all_fails_the_run(run: Callable[[str], ScenarioResult]) -> None:
    assert failed(run(remedy("nothing"))) == [f"remedy {REMEDY}/still-slow"]


SECOND = "payment-gateway-breaker"
EACH_HALF = f"""\
  - {{flag: {SECOND}, title: One half, symptom: slow, effect: nothing, within: 30s}}
  - flag: {SECOND}
    title: Both halves
    beside: {REMEDY}
    symptom: slow
    within: 30s
    metrics: [{{id: both-healed, title: Quick, histogram: pay, p: 95, below: 1s}}]
"""


def test_a_remedy_beside_another_heals_what_neither_heals_alone(
    run: Callable[[str], ScenarioResult], shop: FakeTelemetry, lab: FakeLab
) -> None:
    def is_sick() -> bool:
        return lab.since(FAULT) is not None and None in (lab.since(REMEDY), lab.since(SECOND))

    shop.numbers["pay"] = lambda _: 18.0 if is_sick() else 0.5
    alone, _, rest = remedy("nothing").partition("recover:")
    result = run(f"{alone}{EACH_HALF}recover:{rest}")
    assert result.passed, failed(result)
    assert [each.phase for each in result.phases if "," in each.phase] == [f"remedy {SECOND}, {REMEDY}"]
    assert not {SECOND, REMEDY} & set(lab.in_force)


HIDES = "    still: [held-long]\n    metrics:\n      - {id: healed, title: Quick, histogram: pay, p: 95, below: 1s}\n"


def test_a_remedy_that_hides_leaves_the_mark_of_the_cause(
    run: Callable[[str], ScenarioResult], shop: FakeTelemetry, lab: FakeLab
) -> None:
    hides = remedy("hides", HIDES) + TELLS
    assert run(hides).passed
    shop.numbers["held"] = lambda _: 2.0 if lab.since(REMEDY) is None else 0.5
    assert failed(run(hides)) == [f"remedy {REMEDY}/held-long"]
