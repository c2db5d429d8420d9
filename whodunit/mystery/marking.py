"""Marks a pile of hand-ins, away from the shop in which they were made."""

import csv as csv_format
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from whodunit.errors import LabError, WrongUseError
from whodunit.incident.loader import Case
from whodunit.legible import one_line
from whodunit.mystery.answer import Answer
from whodunit.mystery.cases import named, truth_of
from whodunit.mystery.grading import WEIGHTS, Verdict, grade
from whodunit.mystery.handin import read

FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Row:
    """One hand-in; `problem` says why there is no verdict, `disproof` is for the teacher to judge."""

    file: str
    player: str = ""
    mystery: str = ""
    case: str = ""
    seed: int | None = None
    hints: int = 0
    verdict: Verdict | None = None
    disproof: str = ""
    problem: str = ""

    def cells(self) -> dict[str, Any]:
        """The row as cells of a spreadsheet."""
        points = {mark.field: mark.points for mark in self.verdict.marks} if self.verdict else {}
        return {
            "file": self.file,
            "player": self.player,
            "mystery": self.mystery,
            "case": self.case,
            "seed": self.seed,
            "score": self.verdict.score if self.verdict else None,
            **{field: points.get(field) for field in WEIGHTS},
            "hints": self.hints,
            "deductions": self.verdict.deductions if self.verdict else None,
            "disproof": self.disproof,
            "problem": self.problem,
        }


def marked(file: str, text: str, passphrase: str, cases: Sequence[Case], running: str = "") -> Row:
    """The verdict on one hand-in, of one of `cases`; for the `running` mystery only with the leader's passphrase."""
    try:
        handed_in, diary = read(text, passphrase)
        if handed_in.mystery == running and not passphrase:
            raise WrongUseError("This mystery still runs.", "To end it: whodunit mystery reveal")
        case = named(cases, diary.plan.case)
        verdict = grade(truth_of(case), diary)
    except LabError as error:
        return Row(file, problem=str(error))
    answer, seed = diary.answer or Answer(), diary.plan.seed
    return Row(file, answer.player, handed_in.mystery, case.name, seed, diary.hints, verdict, answer.disproof)


def as_csv(heading: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> str:
    """A heading and a line for each mapping, with `'` before a text that a spreadsheet would take for a formula."""
    text = io.StringIO()
    writer = csv_format.DictWriter(text, heading, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in line.items()} for line in lines)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = one_line(value)
    return f"'{text}" if normalize("NFKC", text).lstrip().startswith(FORMULA) else text
