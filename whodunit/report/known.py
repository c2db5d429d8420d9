"""The case of a recorded run: what its telemetry shows of the case, and what contradicts the other causes."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime

from whodunit.incident import catalogue
from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.applicable import applicable, is_proved_on
from whodunit.incident.evidence import AnyCheck
from whodunit.incident.loader import Case, load_truth
from whodunit.incident.observation import Observation, evaluate
from whodunit.incident.result import Proof
from whodunit.incident.visit_check import VisitCheck
from whodunit.lab.wanted import Kind
from whodunit.report.evidence import Evidence
from whodunit.report.subject import Known, Other, Shown
from whodunit.runs.comparison import Comparison
from whodunit.runs.recorded_run import RecordedRun
from whodunit.runs.recorded_telemetry import RecordedTelemetry
from whodunit.runs.rejudging import observations
from whodunit.telemetry.questions import Window

SYMPTOMS, HEALTHY = ("expect", "tells"), ("quiet", "unchanged")
MOST_AGAINST = 2
ALERTS = "whodunit alerts --query"
"""In place of the query that judges every alert at once, which takes pages."""


def known(run: RecordedRun, telemetry: RecordedTelemetry, case: Case) -> Known:
    """The case, beside the other causes of its face that lite mode proves."""
    return Known(
        case,
        load_truth(case),
        symptoms=shown(run, telemetry, case, SYMPTOMS),
        healthy=shown(run, telemetry, case, HEALTHY),
        others=list(_others(run, telemetry, case)),
    )


def shown(run: RecordedRun, telemetry: RecordedTelemetry, case: Case, phases: Sequence[str]) -> list[Shown]:
    """The checks of these phases, as the run decided them."""
    found = observations(run, telemetry, case.scenario, phases)
    return [_shown(observation, run.onset, moment) for _, moment, observation in found]


def _others(run: RecordedRun, telemetry: RecordedTelemetry, case: Case) -> Iterator[Other]:
    family = [each for each in catalogue.cases() if each.slug == case.slug and is_proved_on(each.scenario, Kind.LITE)]
    end = max(run.judged)
    with closing(Comparison(run)) as comparison:
        for other in family:
            if other.name != case.name:
                here = replace(other, scenario=applicable(other.scenario, Kind.LITE).scenario)
                names = comparison.with_case(here).differences[:MOST_AGAINST]
                checks = {check.id: check for check in _checks(here)}
                seen = [evaluate(telemetry.at(end), checks[name], end, run.onset) for name in names if name in checks]
                yield Other(other.name, [_shown(observation, run.onset, end) for observation in seen])


def _checks(case: Case) -> list[AnyCheck]:
    scenario = case.scenario
    every = [*scenario.expect.checks, *scenario.tells.checks, *scenario.quiet.checks]
    return [check for check in every if not isinstance(check, VisitCheck)]


def _shown(observation: Observation, since: datetime, moment: datetime) -> Shown:
    proof: Proof = observation.proof[0] if observation.proof else {}
    window = proof.get("window")
    times = [datetime.fromisoformat(str(each)) for each in window] if isinstance(window, list) else [since, moment]
    examples = proof.get("trace_ids")
    trace = proof.get("trace_id") or (examples[0] if isinstance(examples, list) and examples else "")
    title, message = observation.check.title, observation.message
    query = ALERTS if isinstance(observation.check, AlertCheck) else observation.query
    evidence = Evidence(title, query, Window(times[0], times[1]), message, str(trace))
    return Shown(title, observation.held, evidence)
