"""Makes the matrix of every case that lite mode can run, from recorded runs."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.incident.applicable import applicable, runs_on
from whodunit.incident.loader import Case
from whodunit.lab.wanted import Kind
from whodunit.runs import recorded_run, shared_symptoms
from whodunit.runs.comparison import Comparison
from whodunit.runs.matrix import Cell, Match, Matrix, Progress
from whodunit.runs.recorded_run import RecordedRun
from whodunit.runs.shared_symptoms import SharedSymptoms


def made(folders: Sequence[Path], progress: Progress) -> Matrix:
    """The matrix of the runs in `folders`, or of the newest of every case; raises LabError when one is missing.

    `progress` is called with the name of each run that was read.
    """
    cases = catalogue.cases()
    here = [replace(case, scenario=applicable(case.scenario, Kind.LITE).scenario) for case in cases if _is_here(case)]
    incidents, shared = [case for case in here if case.scenario.faults], shared_symptoms.bundled(cases)
    home = Home.locate()
    runs = [recorded_run.read(each) for each in folders] or [recorded_run.newest(home, case.name) for case in here]
    found = dict(_matches(runs, incidents, progress))
    cells = [_cell(ran, evidence, found, shared) for ran, evidence in found]
    elsewhere = [case.name for case in cases if not _is_here(case)]
    return Matrix([run.name for run in runs], [case.name for case in incidents], cells, elsewhere)


def _matches(
    runs: Sequence[RecordedRun], incidents: Sequence[Case], progress: Progress
) -> Iterator[tuple[tuple[str, str], Match]]:
    """The match of each run with each incident; every core reads runs."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for run, seen in zip(runs, pool.map(partial(_seen_in, incidents), runs), strict=True):
            progress(run.name)
            yield from (((run.name, case.name), match) for case, match in zip(incidents, seen, strict=True))


def _seen_in(incidents: Sequence[Case], run: RecordedRun) -> list[Match]:
    with closing(Comparison(run)) as comparison:
        return [comparison.with_case(case) for case in incidents]


def _cell(ran: str, evidence: str, found: Mapping[tuple[str, str], Match], shared: SharedSymptoms) -> Cell:
    is_shared = ran != evidence and found[ran, evidence].seen
    return Cell(ran, evidence, found[ran, evidence], shared.explain(ran, evidence, found) if is_shared else None)


def _is_here(case: Case) -> bool:
    return runs_on(case.scenario, Kind.LITE)
