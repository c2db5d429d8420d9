"""The evidence of each cause on a recorded run of each cause of its face, as a table."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from whodunit.desk.asked import Answer, Asked, command
from whodunit.desk.cases.page import faces, running
from whodunit.incident.loader import Case
from whodunit.runs.matrix import Cell, Matrix
from whodunit.runs.matrix_page import evidence

FILE = "matrix.json"


@dataclass(frozen=True)
class Told:
    """What tells a run from the case of another column; `only_here` if the run alone shows it."""

    cell: Cell
    title: str
    only_here: bool


@dataclass(frozen=True)
class Face:
    """The table of a face: the names of its cases, the cells of each run, and what tells the two of a cell apart."""

    slug: str
    names: Sequence[str]
    rows: Mapping[str, Sequence[Cell]]
    told: Sequence[Told]


def page(asked: Asked) -> Answer:
    """The matrix that was made of the kept recordings; raises LabError, and the lab's refusal while a mystery runs."""
    run, matrix = running(asked), kept()
    titles = _titles([case for face in faces() for case in face])
    tables = [_face(slug, cells, titles) for slug, cells in matrix.faces().items() if len(cells) > 1]
    healthy = [cell for cell in matrix.healthy() if cell.is_empty]
    shown = {"running": run, "matrix": matrix, "faces": tables, "healthy": healthy}
    return Answer("cases/matrix.html", "Told apart", command("scenario", "matrix"), "", shown)


def kept() -> Matrix:
    """The matrix as `make matrix` has written it."""
    return Matrix.from_json(json.loads((files("scenarios") / FILE).read_text(encoding="utf-8")))


def _titles(cases: Sequence[Case]) -> Mapping[tuple[str, str], str]:
    return {(case.name, check.id): check.title for case in cases for check in evidence(case)}


def _face(slug: str, cells: Sequence[Cell], titles: Mapping[tuple[str, str], str]) -> Face:
    runs = dict.fromkeys(cell.ran for cell in cells)
    rows = {ran: [cell for cell in cells if cell.ran == ran] for ran in runs}
    return Face(slug, list(dict.fromkeys(cell.evidence for cell in cells)), rows, list(_told(cells, titles)))


def _told(cells: Sequence[Cell], titles: Mapping[tuple[str, str], str]) -> Iterator[Told]:
    for cell in cells:
        if telling := cell.told_by:
            title = titles.get((telling.incident, telling.check), telling.check)
            yield Told(cell, title, telling.incident != cell.evidence)
