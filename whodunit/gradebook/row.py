"""One hand-in in the table: what it earned, and what there is to say about it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from whodunit.mystery.marking import as_csv


@dataclass(frozen=True)
class Criterion:
    """The points that one thing earned, `of` so many; fewer than none are taken off."""

    name: str
    points: float
    of: float
    said: str = ""

    def __str__(self) -> str:
        whole = f"/{self.of:g}" if self.of else ""
        return f"{self.name} {self.points:g}{whole}" + (f" ({self.said})" if self.said else "")


@dataclass(frozen=True)
class Row:
    """A hand-in of `student`, who did `work` at the time `at`; `identity` is equal for what is the same twice.

    `problem` says why it has no score, `notes` are for the teacher to judge.
    """

    file: str
    student: str = ""
    work: str = ""
    at: str = ""
    criteria: tuple[Criterion, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
    identity: str = ""

    @property
    def score(self) -> float | None:
        """0 to 100; None when there is a problem."""
        whole = sum(each.of for each in self.criteria)
        if self.problem or not whole:
            return None
        return round(max(0.0, 100 * sum(each.points for each in self.criteria) / whole), 1)

    def as_json(self) -> dict[str, Any]:
        """The row for scripts."""
        said = asdict(self)
        del said["identity"]
        return said | {"score": self.score}

    def cells(self) -> dict[str, Any]:
        """The row for a learning system."""
        return {
            "student": self.student,
            "work": self.work,
            "score": self.score,
            "feedback": "; ".join(map(str, self.criteria)),
            "notes": "; ".join(self.notes),
            "file": self.file,
        }


def csv(rows: Sequence[Row]) -> str:
    """A heading, and a line for each hand-in that has a score: an import stops at a line without one, or a name."""
    return as_csv(list(Row("").cells()), [row.cells() for row in rows if row.score is not None])
