"""Gathers the facts about an answer: the evidence that it cites, and who suffered in this run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from whodunit.incident import catalogue
from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.loader import Case
from whodunit.incident.model import Scenario
from whodunit.incident.visit_check import VisitCheck
from whodunit.mystery.cases import HEALTHY, is_mystery
from whodunit.mystery.conviction import Clue, NoEvidence, clue
from whodunit.mystery.facts import Elsewhere, Facts, Finding, Pair
from whodunit.mystery.looking import seen
from whodunit.mystery.trail import Trail, recorded
from whodunit.runs import recordings
from whodunit.telemetry.citation import Citation
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import SpanQuery, Window
from whodunit.topology import WITH_NODES

Named = tuple[str, Trail]


def gather(run: Trail, case: Case, cited: Sequence[Citation], known: Iterable[Named] | None = None) -> Facts:
    """Looks the evidence up in `run`, and in the recordings of its case and of the case's siblings.

    `known` are these recordings, where they are open already. Raises TelemetryError, and WrongUseError when a
    recording cannot be read.
    """
    found = [_found(citation, run) for citation in cited]
    clues = {number: (each, finding.here) for number, (each, finding) in enumerate(found) if each and finding.here}
    shown = {name: _elsewhere(name, trail, clues) for name, trail in known or opened(case.slug)}
    own = recorded_as(case)
    siblings = tuple(name for name in shown if name != own)
    return Facts(
        evidence=tuple(
            finding.model_copy(
                update={
                    "again": shown.get(own, {}).get(number),
                    "siblings": tuple(shown[name][number] for name in siblings if number in shown[name]),
                }
            )
            for number, (_, finding) in enumerate(found)
        ),
        siblings=siblings,
        suffering=suffering(run.telemetry, case.scenario, run.trouble),
    )


def recorded_as(case: Case) -> str:
    """The name of the case whose recording shows what is behind `case`."""
    return case.name if case.scenario.breaks else HEALTHY


def family(face: str) -> list[Case]:
    """Every case behind a complaint of which there is a recording, one where nothing is wrong included."""
    known = [each for each in catalogue.cases() if recordings.is_kept(each)]
    return [each for each in known if each.name == HEALTHY or (each.slug == face and is_mystery(each))]


def opened(face: str) -> Iterator[Named]:
    """The recordings of a family, one after the other: together they may take more memory than a lab has."""
    for case in family(face):
        with recorded(recordings.kept(case).run) as trail:
            yield case.name, trail


def suffering(telemetry: Telemetry, scenario: Scenario, window: Window) -> list[str]:
    """Services some of whose requests failed within `window`, or that showed an expected symptom.

    A node is its service.
    """
    names = set(WITH_NODES)
    failing = {name for name in names if telemetry.spans(SpanQuery(service=name, status="error"), window, 1).count}
    told = (check for check in scenario.expect.checks if not isinstance(check, AlertCheck | VisitCheck))
    showing = {check.service for check in told if check.service in names - failing and seen(telemetry, check, window)}
    return sorted({WITH_NODES[name].node_of or name for name in failing | showing if name})


def _found(citation: Citation, run: Trail) -> tuple[Clue | None, Finding]:
    try:
        found = clue(citation, run)
    except NoEvidence as error:
        return None, Finding(citation=citation, problem=str(error))
    return found, Finding(citation=citation, unit=found.unit, here=found.here(run))


def _elsewhere(name: str, run: Trail, clues: Mapping[int, tuple[Clue, Pair]]) -> Mapping[int, Elsewhere]:
    """What a recording shows of each clue."""
    nearest = {number: each.nearest(here, run) for number, (each, here) in clues.items()}
    return {number: Elsewhere(case=name, pair=pair, holds=holds) for number, (pair, holds) in nearest.items()}
