"""Makes the matrix of every face that lite mode can run, from recorded runs."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.incident.applicable import applicable, is_proved_on
from whodunit.incident.loader import Case
from whodunit.lab.wanted import Kind
from whodunit.runs import recorded_run
from whodunit.runs.comparison import Comparison
from whodunit.runs.matrix import Cell, Match, Matrix, Progress, face_of, telling
from whodunit.runs.recorded_run import RecordedRun


def made(folders: Sequence[Path], progress: Progress) -> Matrix:
    """The matrix of the runs in `folders`, or of the newest of every case; raises LabError when one is missing.

    `progress` is called with the name of each run that was read.
    """
    cases = catalogue.cases()
    here = [replace(case, scenario=applicable(case.scenario, Kind.LITE).scenario) for case in cases if _is_here(case)]
    incidents = [case for case in here if case.scenario.breaks]
    home = Home.locate()
    runs = [recorded_run.read(each) for each in folders] or [recorded_run.newest(home, case.name) for case in here]
    order = [case.name for case in here]
    runs.sort(key=lambda run: order.index(run.name))
    found = dict(_matches(runs, incidents, progress))
    cells = [_cell(ran, evidence, found) for ran, evidence in found]
    return Matrix(cells, [case.name for case in cases if not _is_here(case)])


def _matches(
    runs: Sequence[RecordedRun], incidents: Sequence[Case], progress: Progress
) -> Iterator[tuple[tuple[str, str], Match]]:
    """The match of each run with each cause of its face, or with every one if nothing broke; every core reads runs."""
    asked = [[case for case in incidents if case.slug == face_of(run.name)] or incidents for run in runs]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for run, cases, seen in zip(runs, asked, pool.map(_seen_in, asked, runs), strict=True):
            progress(run.name)
            yield from (((run.name, case.name), match) for case, match in zip(cases, seen, strict=True))


def _seen_in(incidents: Sequence[Case], run: RecordedRun) -> list[Match]:
    with closing(Comparison(run)) as comparison:
        return [comparison.with_case(case) for case in incidents]


def _cell(ran: str, evidence: str, found: Mapping[tuple[str, str], Match]) -> Cell:
    told_by = telling(ran, evidence, found) if ran != evidence else None
    return Cell(ran, evidence, found[ran, evidence], told_by)


def _is_here(case: Case) -> bool:
    return is_proved_on(case.scenario, Kind.LITE)
