"""The page with the verdict."""

from tests.unit.mystery.fakes import DURING, Incident
from tests.unit.mystery.test_grading import CASES, right, verdict
from whodunit.incident.loader import load_truth
from whodunit.mystery.page import page
from whodunit.mystery.plan import Diary, Mitigation, Plan
from whodunit.mystery.revelation import proof, revelation

PLAN = Plan(
    id="1", case="", seed=7, started_s=0.0, onset_s=60, latest_onset_s=90, end_s=300, leader_key="", load_before=None
)


def test_it_tells_the_truth_the_points_and_the_proof() -> None:
    case = CASES[0]
    answer = right(case, reason="a|<b>\x1b\n|c|")
    diary = Diary(
        plan=PLAN, hints=1, mitigations=(Mitigation(action="restart", service="order", applied_s=1.0),), answer=answer
    )
    shown = proof(Incident(case=case), case, DURING)
    text = page(revelation(case, load_truth(case), diary, verdict(case, answer), shown))
    assert load_truth(case).reason in text
    assert "| reason | a\\|&lt;b&gt; ⏎ \\|c\\| |" in text
    assert "It began at 1970-01-01T00:01:00.000Z" in text
    for check in case.scenario.expect.metrics:
        assert check.title in text
