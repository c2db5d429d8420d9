"""Gathers the facts about an answer: the evidence that it cites, and who suffered in this run."""

from collections.abc import Mapping

from whodunit.incident import catalogue
from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.loader import Case
from whodunit.incident.model import Scenario
from whodunit.incident.visit_check import VisitCheck
from whodunit.mystery.answer import Answer
from whodunit.mystery.cases import HEALTHY, is_mystery
from whodunit.mystery.conviction import Clue, NoEvidence, clue
from whodunit.mystery.facts import Elsewhere, Facts, Finding, Pair
from whodunit.mystery.looking import seen
from whodunit.mystery.trail import Trail, recorded
from whodunit.runs import recordings
from whodunit.telemetry.citation import Citation
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import SpanQuery, Window
from whodunit.topology import SERVICES


def gather(run: Trail, case: Case, answer: Answer) -> Facts:
    """Looks the evidence of `answer` up in `run`, and in the recordings of its case and of the case's siblings.

    Raises TelemetryError, and WrongUseError when a recording cannot be read.
    """
    found = [_found(citation, run) for citation in answer.evidence]
    clues = {number: (each, finding.here) for number, (each, finding) in enumerate(found) if each and finding.here}
    known = {each.name: _elsewhere(each, clues) for each in family(case)}
    own = case.name if case.scenario.breaks else HEALTHY
    siblings = tuple(name for name in known if name != own)
    return Facts(
        evidence=tuple(
            finding.model_copy(
                update={
                    "again": known.get(own, {}).get(number),
                    "siblings": tuple(known[name][number] for name in siblings if number in known[name]),
                }
            )
            for number, (_, finding) in enumerate(found)
        ),
        siblings=siblings,
        suffering=suffering(run.telemetry, case.scenario, run.trouble),
    )


def family(case: Case) -> list[Case]:
    """Every case behind the complaint of `case` of which there is a recording, one where nothing is wrong included."""
    known = [each for each in catalogue.cases() if recordings.is_kept(each)]
    return [each for each in known if each.name == HEALTHY or (each.slug == case.slug and is_mystery(each))]


def _found(citation: Citation, run: Trail) -> tuple[Clue | None, Finding]:
    try:
        found = clue(citation, run)
    except NoEvidence as error:
        return None, Finding(citation=citation, problem=str(error))
    return found, Finding(citation=citation, unit=found.unit, here=found.here(run))


def _elsewhere(case: Case, clues: Mapping[int, tuple[Clue, Pair]]) -> Mapping[int, Elsewhere]:
    """What the recording of a case shows of each clue."""
    if not clues:
        return {}
    with recorded(recordings.kept(case).run) as run:
        nearest = {number: each.nearest(here, run) for number, (each, here) in clues.items()}
    return {number: Elsewhere(case=case.name, pair=pair, holds=holds) for number, (pair, holds) in nearest.items()}


def suffering(telemetry: Telemetry, scenario: Scenario, window: Window) -> list[str]:
    """Services some of whose requests failed within `window`, or that showed an expected symptom."""
    names = {service.name for service in SERVICES}
    failing = {name for name in names if telemetry.spans(SpanQuery(service=name, status="error"), window, 1).count}
    told = (check for check in scenario.expect.checks if not isinstance(check, AlertCheck | VisitCheck))
    showing = {check.service for check in told if check.service in names - failing and seen(telemetry, check, window)}
    return sorted(failing | {name for name in showing if name})
