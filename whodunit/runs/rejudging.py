"""Judges a recorded run again: every check of its telemetry, at the moment at which the run decided it."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.metric_check import UnchangedMetric
from whodunit.incident.model import Scenario
from whodunit.incident.negative_controls import NegativeControl
from whodunit.incident.observation import Observation, evaluate
from whodunit.incident.visit_check import VisitCheck
from whodunit.runs.recorded_run import RecordedRun
from whodunit.runs.recorded_telemetry import RecordedTelemetry

Json = dict[str, Any]
Judged = AnyCheck | UnchangedMetric

SYMPTOMS_ABSENT = "precheck"
BASELINE = "baseline"
LOOK_BACK = (SYMPTOMS_ABSENT, BASELINE, "recover")
"""Phases whose checks read what was before them, too, as far as their windows reach."""


@dataclass(frozen=True)
class Verdict:
    """The result of a check in its phase, and the value that decided it; None where there was none."""

    phase: str
    check: str
    passed: bool
    observed: float | None


def rejudged(run: RecordedRun, scenario: Scenario, controls: Sequence[NegativeControl] = ()) -> list[Verdict]:
    """The verdict of the telemetry of `run` on every check, in the run's own order.

    Left out are checks that telemetry does not answer: switches, visits, and phases with a remedy. Raises
    WrongUseError when the recording cannot be read.
    """
    known = _checks(scenario, controls) | _beside_baseline(run, scenario)
    with closing(run.telemetry()) as telemetry:
        return [
            _verdict(telemetry, known[phase["phase"], decision["id"]], phase, decision)
            for phase in run.result["phases"]
            for decision in phase["checks"]
            if (phase["phase"], decision["id"]) in known
        ]


def observations(
    run: RecordedRun, telemetry: RecordedTelemetry, scenario: Scenario, phases: Sequence[str]
) -> list[tuple[str, datetime, Observation]]:
    """What decided the checks of these phases: phase, moment, and what the telemetry showed then."""
    known = _checks(scenario, ()) | _beside_baseline(run, scenario)
    return [
        (
            phase["phase"],
            _decided(phase, decision),
            _observed(telemetry, known[phase["phase"], decision["id"]], phase, decision),
        )
        for phase in run.result["phases"]
        for decision in phase["checks"]
        if phase["phase"] in phases and (phase["phase"], decision["id"]) in known
    ]


def decisions(run: RecordedRun, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts of the run itself on the same checks."""
    asked = {(verdict.phase, verdict.check) for verdict in verdicts}
    return [
        Verdict(phase["phase"], check["id"], check["passed"], check["observed"])
        for phase in run.result["phases"]
        for check in phase["checks"]
        if (phase["phase"], check["id"]) in asked
    ]


def _checks(scenario: Scenario, controls: Sequence[NegativeControl]) -> dict[tuple[str, str], Judged]:
    """Every check that telemetry answers, by its phase and its id."""
    symptoms, healthy = scenario.expect.checks, scenario.quiet.checks
    sections: Mapping[str, Sequence[Judged]] = {
        "steady": scenario.steady.checks,
        SYMPTOMS_ABSENT: [check.even_once() for check in symptoms],
        BASELINE: scenario.unchanged.metrics,
        "expect": symptoms,
        "tells": scenario.tells.checks,
        "quiet": healthy,
        "recover": scenario.recover.checks if scenario.recover else [],
    }
    found = {(phase, check.id): check for phase, checks in sections.items() for check in checks}
    found |= {("quiet", control.id): control.check for control in controls}
    return {key: check for key, check in found.items() if not isinstance(check, VisitCheck)}


def _beside_baseline(run: RecordedRun, scenario: Scenario) -> dict[tuple[str, str], Judged]:
    """The checks that nothing else changed, beside what the run itself measured before the onset."""
    measured = {
        check["id"]: check["observed"]
        for phase in run.result["phases"]
        if phase["phase"] == BASELINE
        for check in phase["checks"]
    }
    metrics = (metric for metric in scenario.unchanged.metrics if measured.get(metric.id) is not None)
    return {("unchanged", metric.id): metric.beside(measured[metric.id]) for metric in metrics}


def _verdict(telemetry: RecordedTelemetry, check: Judged, phase: Json, decision: Json) -> Verdict:
    seen = _observed(telemetry, check, phase, decision)
    is_control = decision["id"] != check.id
    passed = seen.held != (phase["phase"] == SYMPTOMS_ABSENT or is_control)
    return Verdict(phase["phase"], decision["id"], passed, None if seen.value is None else round(seen.value, 4))


def _observed(telemetry: RecordedTelemetry, check: Judged, phase: Json, decision: Json) -> Observation:
    since = None if phase["phase"] in LOOK_BACK else datetime.fromisoformat(phase["started"])
    now = _decided(phase, decision)
    return evaluate(telemetry.at(now), check, now, since)


def _decided(phase: Json, decision: Json) -> datetime:
    return datetime.fromisoformat(phase["started"]) + timedelta(seconds=decision["seconds"])
