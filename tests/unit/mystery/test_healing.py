"""A mitigation heals what was felt."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.unit.mystery.fakes import ONSET, holding
from tests.unit.runner.fakes import FakeTelemetry
from whodunit.incident import catalogue
from whodunit.incident.metric_check import MetricCheck
from whodunit.mystery.healing import Healing
from whodunit.mystery.plan import Mitigation
from whodunit.telemetry.answers import Number
from whodunit.telemetry.questions import MetricQuery, Window

SCENARIO = catalogue.find("checkout-hangs/cut").scenario
ROLLED_BACK = Mitigation(action="roll-back", service="payment", applied_s=ONSET.timestamp() + 8)
SHOWN_UNTIL = ONSET + timedelta(seconds=10)


@dataclass
class Shows(FakeTelemetry):
    """These symptoms alone for ten seconds, and health."""

    symptoms: list[MetricCheck] = field(kw_only=True)

    def number(self, query: MetricQuery, window: Window) -> Number:
        shown = self.symptoms if window.start < SHOWN_UNTIL and window.end > ONSET else []
        well = [check for remedy in SCENARIO.remedies for check in remedy.metrics]
        return Number(next((holding(check) for check in (*shown, *well) if check.query() == query), None), 3, [], "")


@pytest.mark.parametrize(
    ("symptoms", "heals"),
    [
        ({"new-release", "new-release-has-two"}, False),
        ({"new-release", "new-release-has-two", "payment-p95-over-10s"}, True),
        ({"payment-p95-over-10s"}, True),
        (set(), False),
    ],
)
def test_what_nobody_felt_was_not_healed(symptoms: set[str], heals: bool) -> None:
    telemetry = Shows(symptoms=[check for check in SCENARIO.expect.metrics if check.id in symptoms])
    healing = Healing(telemetry, SCENARIO, ONSET.timestamp())
    moments = [ONSET + timedelta(seconds=second) for second in range(8, 90)]
    assert any(healing.evaluate(ROLLED_BACK, moment) for moment in moments) is heals


def test_what_leaves_the_cause_is_told_apart() -> None:
    remedies = [each.model_copy(update={"effect": "hides"}) for each in SCENARIO.remedies if "rollback" in each.flag]
    hidden = SCENARIO.model_copy(update={"remedies": remedies})
    healings = [Healing(Shows(symptoms=[]), scenario, ONSET.timestamp()) for scenario in (SCENARIO, hidden)]
    assert [healing.hides(ROLLED_BACK) for healing in healings] == [False, True]


@pytest.mark.parametrize(
    ("only", "heals"), [({}, True), ({"effect": "nothing"}, False), ({"beside": "payment-larger-pool"}, False)]
)
def test_what_does_not_end_it_alone_has_to_show_all_of_a_recovery(only: dict[str, str], heals: bool) -> None:
    [rollback] = [each for each in SCENARIO.remedies if "rollback" in each.flag]
    slow = [check for check in SCENARIO.expect.metrics if check.id == "payment-p95-over-10s"]
    never = [check.model_copy(update={"histogram": "nobody.measures.it"}) for check in slow]
    recover = SCENARIO.recover and SCENARIO.recover.model_copy(update={"metrics": never})
    listed = {"remedies": [rollback.model_copy(update=only)], "recover": recover}
    healing = Healing(Shows(symptoms=slow), SCENARIO.model_copy(update=listed), ONSET.timestamp())
    moments = [ONSET + timedelta(seconds=second) for second in range(8, 90)]
    assert any(healing.evaluate(ROLLED_BACK, moment) for moment in moments) is heals
