"""Alerts in the phases of a run."""

from pathlib import Path

import pytest

from tests.unit.incident.files import SCENARIO
from tests.unit.runner.fakes import START, FakeClock, FakeLab, FakeTelemetry, Recorder
from whodunit.incident.loader import Case, load
from whodunit.incident.result import ScenarioResult
from whodunit.runner.runner import Runner
from whodunit.telemetry.answers import Alert

FAULT = "payment-pool-exhaustion"
SLOW = Alert("CheckoutLatencyBudgetBurn", "firing", {"severity": "page"}, START, "Checkouts are slow.")
ASKED = "alerts: [{id: called, title: Somebody is called, alert: CheckoutLatencyBudgetBurn, within: 30s}]"
SILENT = "alerts: [{id: nobody-called, title: Nobody is called, at_most: 0}]"

WATCH = f"""\
schema_version: 1
title: Nothing is wrong
story: An ordinary hour in an ordinary shop.
level: beginner
documented_in: health
load: {{rates: {{buy: 5}}}}
steady:
  {SILENT}
quiet:
  {SILENT}
alarms: {{of: others, lasts: 60s}}
"""


def case(folder: Path, text: str) -> Case:
    (folder / "scenario.yaml").write_text(text)
    return load(folder)


@pytest.fixture
def incident(folder: Path) -> Case:
    """Somebody is called while the fault is on, and nobody before and after it."""
    before, rest = SCENARIO.split("faults:")
    expect, recover = rest.split("recover:\n  within: 30s\n  sustained: 3s\n")
    expect = expect[: expect.index("  metrics:", expect.index("expect:"))] + f"  {ASKED}\n"
    return case(
        folder, f"{before}  {SILENT}\nfaults:{expect}recover:\n  within: 30s\n  sustained: 3s\n  {SILENT}\n{recover}"
    )


def run(case: Case, clock: FakeClock, lab: FakeLab, alerting: FakeTelemetry) -> ScenarioResult:
    return Runner(alerting, lab, clock, Recorder()).run(case)


def telemetry(lab: FakeLab, begins_s: float) -> FakeTelemetry:
    """Alerts `begins_s` after the fault, until it ends."""
    return FakeTelemetry(
        numbers={"pay": lambda _: 0.5},
        alerting=lambda: [SLOW] if (lab.since(FAULT) or 0) >= begins_s else [],
    )


def outcomes(result: ScenarioResult) -> dict[str, bool]:
    return {f"{phase.phase}/{check.id}": check.passed for phase in result.phases for check in phase.checks}


def test_an_alert_is_awaited_and_its_end_too(incident: Case, clock: FakeClock, lab: FakeLab) -> None:
    result = run(incident, clock, lab, telemetry(lab, begins_s=20))
    assert result.passed, outcomes(result)
    assert {"steady/nobody-called", "expect/called", "recover/nobody-called"} <= set(outcomes(result))


def test_an_alert_that_comes_too_late_has_failed(incident: Case, clock: FakeClock, lab: FakeLab) -> None:
    assert outcomes(run(incident, clock, lab, telemetry(lab, begins_s=40)))["expect/called"] is False


def test_an_alert_that_fires_before_the_fault_proves_nothing(folder: Path, clock: FakeClock, lab: FakeLab) -> None:
    early = case(folder, SCENARIO.replace("expect:\n  within: 40s\n", f"expect:\n  within: 40s\n  {ASKED}\n"))
    result = run(early, clock, lab, FakeTelemetry(numbers={"pay": lambda _: 0.5}, alerting=lambda: [SLOW]))
    assert outcomes(result)["precheck/called"] is False
    assert "hold before the fault starts" in result.stopped


@pytest.mark.parametrize("fires", [False, True])
def test_a_quiet_shop_has_no_alert_at_all(folder: Path, clock: FakeClock, lab: FakeLab, fires: bool) -> None:
    def alerting() -> list[Alert]:
        return [SLOW] if fires and (clock.now() - START).total_seconds() == 30 else []

    result = run(case(folder, WATCH), clock, lab, FakeTelemetry(alerting=alerting))
    assert result.passed is not fires
    assert outcomes(result)["quiet/nobody-called"] is not fires
