"""Makes the matrix of every case that lite mode can run, from recorded runs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from whodunit.home import Home
from whodunit.scenario import catalogue, recorded_run, shared_symptoms
from whodunit.scenario.applicable import applicable, runs_on
from whodunit.scenario.comparison import Comparison
from whodunit.scenario.likeness import Likeness
from whodunit.scenario.loader import Case
from whodunit.scenario.matrix import Cell, Matrix, Progress
from whodunit.scenario.recorded_run import RecordedRun
from whodunit.scenario.shared_symptoms import SharedSymptoms
from whodunit.wanted import Kind


def made(folders: Sequence[Path], progress: Progress) -> Matrix:
    """The matrix of the runs in `folders`, or of the newest of every case; raises LabError when one is missing.

    `progress` hears the name of each run before it is read.
    """
    cases = catalogue.cases()
    here = [replace(case, scenario=applicable(case.scenario, Kind.LITE).scenario) for case in cases if _is_here(case)]
    incidents, shared = [case for case in here if case.scenario.faults], shared_symptoms.bundled(cases)
    home = Home.locate()
    runs = [recorded_run.read(each) for each in folders] or [recorded_run.newest(home, case.name) for case in here]
    found = {key: likeness for run in runs for key, likeness in _likenesses(run, incidents, progress)}
    cells = [_cell(ran, evidence, found, shared) for ran, evidence in found]
    elsewhere = [case.name for case in cases if not _is_here(case)]
    return Matrix([run.name for run in runs], [case.name for case in incidents], cells, elsewhere)


def _likenesses(
    run: RecordedRun, incidents: Sequence[Case], progress: Progress
) -> Iterator[tuple[tuple[str, str], Likeness]]:
    progress(run.name)
    with closing(Comparison(run)) as comparison:
        for case in incidents:
            yield (run.name, case.name), comparison.with_case(case)


def _cell(ran: str, evidence: str, found: Mapping[tuple[str, str], Likeness], shared: SharedSymptoms) -> Cell:
    is_shared = ran != evidence and found[ran, evidence].seen
    return Cell(ran, evidence, found[ran, evidence], shared.explain(ran, evidence, found) if is_shared else None)


def _is_here(case: Case) -> bool:
    return runs_on(case.scenario, Kind.LITE)
