"""The evidence of each cause on a recorded run of each cause of the same face: what everybody sees, and what tells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Match:
    """The evidence of a case in a run, by the ids of its checks.

    `seen` are symptoms that held, `missing` those that never did, `absent` marks of the cause that never showed,
    `broken` what should have stayed healthy, or as it was, and did not.
    """

    seen: tuple[str, ...]
    missing: tuple[str, ...]
    absent: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """True if every symptom and every mark was seen, and all that must stay healthy did."""
        return not self.differences

    @property
    def differences(self) -> tuple[str, ...]:
        """The checks that tell the two apart, the marks of the cause first."""
        return self.absent + self.missing + self.broken


@dataclass(frozen=True)
class Telling:
    """A check of `incident` that holds in a run of one of two causes alone."""

    incident: str
    check: str


def telling(ran: str, evidence: str, found: Mapping[tuple[str, str], Match]) -> Telling | None:
    """What tells two causes apart by the matches `found`; None if nothing does.

    Either a check of `evidence` does not hold in this run, or one of `ran` does not in the other's: one may show
    all that the other does, and more.
    """
    for run, incident in ((ran, evidence), (evidence, ran)):
        match = found.get((run, incident))
        if match and match.differences:
            return Telling(incident, match.differences[0])
    return None


@dataclass(frozen=True)
class Cell:
    """The evidence of one case on the run of one, and what tells the two apart."""

    ran: str
    evidence: str
    match: Match
    told_by: Telling | None = None

    @property
    def face(self) -> str:
        """The slug of the face whose evidence it is."""
        return face_of(self.evidence)

    @property
    def is_own(self) -> bool:
        """True on the diagonal."""
        return self.ran == self.evidence

    @property
    def is_empty(self) -> bool:
        """True if no symptom was seen."""
        return not self.match.seen

    @property
    def is_right(self) -> bool:
        """True on the diagonal for a whole match; elsewhere if no symptom is seen, or something tells the two apart."""
        return self.match.is_whole if self.is_own else self.is_empty or self.told_by is not None

    @property
    def label(self) -> str:
        """The cell for people: a dot for a whole match, else the number of symptoms."""
        if self.is_empty:
            return ""
        seen, missing = len(self.match.seen), len(self.match.missing)
        return "●" if self.match.is_whole else f"{seen} of {seen + missing}"

    def as_json(self) -> dict[str, Any]:
        """The cell for scripts."""
        return {
            "run": self.ran,
            "evidence": self.evidence,
            "right": self.is_right,
            "whole": self.match.is_whole and not self.is_empty,
            "seen": list(self.match.seen),
            "missing": list(self.match.missing),
            "absent": list(self.match.absent),
            "broken": list(self.match.broken),
            "told_by": asdict(self.told_by) if self.told_by else None,
        }

    @classmethod
    def from_json(cls, cell: Mapping[str, Any]) -> "Cell":
        """The cell that `as_json` wrote."""
        match = Match(*(tuple(cell[key]) for key in ("seen", "missing", "absent", "broken")))
        told_by = Telling(**cell["told_by"]) if cell["told_by"] else None
        return cls(cell["run"], cell["evidence"], match, told_by)


def face_of(name: str) -> str:
    """The slug in the name of a case."""
    return name.partition("/")[0]


@dataclass(frozen=True)
class Matrix:
    """The cells, run by run: those of one face, and all of a run in which nothing breaks.

    `elsewhere` are cases that lite mode cannot run.
    """

    cells: Sequence[Cell]
    elsewhere: Sequence[str]

    @property
    def holds(self) -> bool:
        """True if every cell is right."""
        return all(cell.is_right for cell in self.cells)

    def faces(self) -> dict[str, list[Cell]]:
        """The cells of each face, by its slug."""
        found: dict[str, list[Cell]] = {}
        for cell in self.cells:
            if cell.face == face_of(cell.ran):
                found.setdefault(cell.face, []).append(cell)
        return found

    def healthy(self) -> list[Cell]:
        """The cells of runs in which nothing breaks."""
        return [cell for cell in self.cells if cell.face != face_of(cell.ran)]

    def as_json(self) -> dict[str, Any]:
        """The matrix for scripts."""
        return {
            "holds": self.holds,
            "elsewhere": list(self.elsewhere),
            "cells": [cell.as_json() for cell in self.cells],
        }

    @classmethod
    def from_json(cls, matrix: Mapping[str, Any]) -> "Matrix":
        """The matrix that `as_json` wrote."""
        return cls([Cell.from_json(cell) for cell in matrix["cells"]], matrix["elsewhere"])
