"""Alerts as evidence."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.incident.files import SCENARIO
from tests.unit.runner.fakes import START, FakeTelemetry
from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.loader import load
from whodunit.incident.observation import evaluate
from whodunit.strict_yaml.problems import ScenarioFileError
from whodunit.telemetry.answers import Alert

STUCK = Alert("OrdersStuckInProcessing", "firing", {"service": "order", "severity": "page"}, START, "Stuck.", "/page")
SLOW = Alert("CheckoutLatencyBudgetBurn", "pending", {"service": "frontend", "severity": "page"}, START, "Slow.")


def check(**more: object) -> AlertCheck:
    return AlertCheck.model_validate({"id": "check", "title": "A check"} | more)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (check(), 1),
        (check(alert="OrdersStuckInProcessing"), 1),
        (check(alert="CheckoutLatencyBudgetBurn"), 0),
        (check(alert="CheckoutLatencyBudgetBurn", state="pending"), 1),
        (check(labels={"severity": "page"}), 1),
        (check(labels={"service": "payment"}), 0),
    ],
)
def test_alerts_that_match_are_counted(asked: AlertCheck, count: int) -> None:
    seen = evaluate(FakeTelemetry(alerting=lambda: [STUCK, SLOW]), asked, START, None)
    assert (seen.value, seen.held) == (count, count > 0)


def test_silence_can_be_asked_for() -> None:
    silent = check(at_most=0)
    assert evaluate(FakeTelemetry(alerting=lambda: [SLOW]), silent, START, None).held
    assert not evaluate(FakeTelemetry(alerting=lambda: [STUCK]), silent, START, None).held
    assert not evaluate(FakeTelemetry(away=lambda: True), silent, START, None).held


def test_the_proof_says_since_when_and_where_to_look() -> None:
    seen = evaluate(FakeTelemetry(alerting=lambda: [STUCK]), check(), START + timedelta(seconds=5), None)
    assert seen.message == "1 firing (OrdersStuckInProcessing), expected ≥ 1"
    assert seen.proof[0]["since"] == START.isoformat()
    assert (seen.link, seen.query) == ("/page", "get alerts")


def test_an_alert_that_does_not_exist_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(
        SCENARIO.replace(
            "expect:\n  within: 40s\n",
            "expect:\n  within: 40s\n  alerts:\n    - {id: called, title: Somebody is called, alert: OrdersStuck}\n",
        )
    )
    with pytest.raises(ScenarioFileError, match=r"18: expect.alerts.0.alert: unknown alert 'OrdersStuck'; did you"):
        load(tmp_path)
