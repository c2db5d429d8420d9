"""The page with the verdict."""

import pytest

from tests.recordings.test_conviction import CUT, HELD, LEAKED
from tests.unit.mystery.test_grading import right, verdict
from whodunit.incident import catalogue
from whodunit.incident.loader import load_truth
from whodunit.mystery.cases import HEALTHY, faces, truth_of
from whodunit.mystery.gathering import gather
from whodunit.mystery.grading import grade
from whodunit.mystery.page import page
from whodunit.mystery.plan import Diary, Mitigation, Plan
from whodunit.mystery.revelation import revelation, shown_by
from whodunit.mystery.trail import recorded
from whodunit.runs import recordings
from whodunit.telemetry.citation import Citation, MetricCitation, SpanCitation

PLAN = Plan(
    id="1", case="", seed=7, started_s=0.0, onset_s=60, latest_onset_s=90, end_s=300, leader_key="", load_before=None
)
TRIED = (Mitigation(action="restart", service="order", applied_s=1.0),)


@pytest.fixture(scope="module")
def held() -> str:
    """The page of a case, as it was recorded, answered with three pieces of evidence."""
    case = catalogue.find(HELD)
    with recorded(recordings.kept(case).run) as run:
        number = MetricCitation(
            metric="shop.payment.duration",
            service="payment",
            where={},
            statistic="p",
            p=95.0,
            window=(run.trouble.start, run.trouble.end),
        )
        lent = number.model_copy(update={"metric": "db.client.connection.use_time"})
        cited: list[Citation] = [number, lent, SpanCitation(trace="ab" * 16, span="cd" * 8)]
        answer = right(case, reason="a|<b>\x1b\n|c|", evidence=cited, disproof="Quick <loans>.")
        facts = gather(run, case, cited)
        diary = Diary(plan=PLAN, hints=1, mitigations=TRIED, answer=answer, facts=facts)
        return page(revelation(case, load_truth(case), diary, verdict(case, answer), shown_by(run, case)))


def test_it_tells_the_truth_and_the_points(held: str) -> None:
    assert load_truth(catalogue.find(HELD)).reason in held.splitlines()[0]
    assert "| reason | a\\|&lt;b&gt; ⏎ \\|c\\| |" in held
    assert "It began at 1970-01-01T00:01:00.000Z" in held
    assert "by the player: Quick &lt;loans&gt;." in held


def test_it_tells_what_told_it_from_each_sibling_with_both_numbers(held: str) -> None:
    section = held.split("## What told it")[1].split("##", maxsplit=1)[0]
    for sibling in (LEAKED, CUT, HEALTHY):
        [row] = [line for line in section.splitlines() if line.startswith(f"| {sibling} |")]
        assert row.count("→") == 2


def test_the_baseline_stands_beside_the_incident_and_the_innocent_have_numbers_too(held: str) -> None:
    scenario = catalogue.find(HELD).scenario
    for check in (*scenario.expect.metrics, *scenario.quiet.metrics, *scenario.unchanged.metrics):
        assert f"| {check.title} |" in held


def test_each_piece_of_evidence_is_told_why_it_counted_or_not(held: str) -> None:
    section = held.split("## The evidence that was named")[1].split("##", maxsplit=1)[0]
    lasted, lent = [line for line in section.splitlines() if "counts, but would convict" in line]
    assert {LEAKED, CUT} <= set(lasted.split("convict ")[1].split(", "))
    assert LEAKED not in lent
    assert CUT in lent
    assert "does not count: no such span was recorded" in section
    assert f"Causes left standing: {CUT}." in section


def test_queries_stand_behind_a_fold_at_the_end(held: str) -> None:
    assert "```text" not in held.split("<details>", maxsplit=1)[0]
    assert held.endswith("</details>\n")


def test_a_false_alarm_shows_the_numbers_that_would_have_been_symptoms() -> None:
    case = next(case for case, _ in faces(catalogue.cases())["checkout-hangs"] if not case.scenario.breaks)
    with recorded(recordings.kept(catalogue.find(HEALTHY)).run) as run:
        shown = shown_by(run, case)
    truth, diary = truth_of(case), Diary(plan=PLAN)
    told = revelation(case, truth, diary, grade(truth, diary), shown)
    assert {each["case"] for each in told["siblings"]} >= {HELD, LEAKED, CUT}
    assert told["baseline"]
    assert "nothing was switched" in page(told)
