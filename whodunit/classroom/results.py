"""The results of a class that has ended: the marks of each, what was guessed how often, what each missed."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from whodunit.classroom.roll import HandedIn, Roll
from whodunit.classroom.telling import guests
from whodunit.errors import WrongUseError
from whodunit.incident.loader import Case
from whodunit.lab.controls import Json
from whodunit.mystery.answer import words
from whodunit.mystery.grading import Mark, Verdict
from whodunit.mystery.marking import Row, as_csv, marked

GUESSED = ("component", "reason")
NOTHING_SAID = "nothing said"
NO_HAND_IN = "no hand-in"

Read = Callable[[str], str]
"""The text of the hand-in of a mystery."""


class Marker:
    """Marks each hand-in once: the passphrase's key takes a twentieth of a second, and a page asks again and again."""

    def __init__(self, read: Read, cases: Callable[[], Sequence[Case]]) -> None:
        """`cases` are those a mystery may be of; they are looked up once."""
        self._read = read
        self._cases = cache(cases)
        self._rows: dict[HandedIn, Row] = {}

    def row(self, roll: Roll, given: HandedIn) -> Row:
        """The grader's row; one of another seed has no points in this class."""
        if given not in self._rows:
            self._rows[given] = self._marked(roll, given)
        return self._rows[given]

    def _marked(self, roll: Roll, given: HandedIn) -> Row:
        row = marked(f"{given.mystery}.json", self._read(given.mystery), roll.passphrase, self._cases())
        if row.verdict and row.seed != roll.seed:
            return Row(row.file, problem=f"of another mystery: seed {row.seed}, the class has {roll.seed}")
        return row


@dataclass(frozen=True)
class Result:
    """The row of the grader for one student, under the name by which the class knows them."""

    name: str
    row: Row

    @property
    def verdict(self) -> Verdict | None:
        """The verdict; None without a hand-in that can be marked."""
        return self.row.verdict

    @property
    def missed(self) -> list[Mark]:
        """The fields of the form that did not earn all their points."""
        return [mark for mark in self.verdict.marks if mark.points < mark.weight] if self.verdict else []


@dataclass(frozen=True)
class Guess:
    """A word of the answers, and how many said it."""

    said: str
    count: int
    is_true: bool


def results(roll: Roll, marker: Marker) -> list[Result]:
    """Best first; raises WrongUseError before the end, as a result tells the truth."""
    if roll.phase != "over":
        raise WrongUseError("The class has not ended: results tell the truth.", "End it: whodunit class end")
    found = [*_of_students(roll, marker), *(Result(each.name, marker.row(roll, each)) for each in guests(roll))]
    return sorted(found, key=lambda each: (-each.verdict.score if each.verdict else 1, each.name.casefold()))


def guesses(found: Sequence[Result], field: str) -> list[Guess]:
    """What was said for a field, the most frequent first; spellings that the grader takes for one are one."""
    marks = [mark for each in found if each.verdict for mark in each.verdict.marks if mark.field == field]
    counts = Counter(_said(mark) for mark in marks)
    true = {_said(mark) for mark in marks if mark.points == mark.weight}
    return [Guess(said, count, said in true) for said, count in counts.most_common()]


def as_json(found: Sequence[Result]) -> Json:
    """The results for scripts and pages."""
    verdict = next((each.verdict for each in found if each.verdict), None)
    truth = {mark.field: mark.truth for mark in verdict.marks if mark.field in GUESSED} if verdict else {}
    return {
        "truth": truth,
        "results": [_result(each) for each in found],
        "guesses": {field: [vars(guess) for guess in guesses(found, field)] for field in GUESSED},
    }


def csv(found: Sequence[Result]) -> str:
    """One line for each student, for a spreadsheet: the grader's columns behind the name, and what was missed."""
    heading = ["student", *Row("").cells(), "missed"]
    return as_csv(heading, [{"student": each.name, **each.row.cells(), "missed": _missed(each)} for each in found])


def _of_students(roll: Roll, marker: Marker) -> Iterator[Result]:
    """One for each student: the last of the hand-ins, or none."""
    for student in roll.students:
        sent = [each for each in roll.hand_ins if each.mystery in student.mysteries]
        if sent:
            yield Result(student.name, marker.row(roll, max(sent, key=lambda each: each.at_s)))
        else:
            yield Result(student.name, Row("", problem=NO_HAND_IN))


def _result(each: Result) -> Json:
    told = {mark.field: vars(mark) for mark in each.verdict.marks} if each.verdict else {}
    return {
        "name": each.name,
        "score": each.verdict.score if each.verdict else None,
        "deductions": each.verdict.deductions if each.verdict else None,
        "hints": each.row.hints,
        "marks": told,
        "missed": [mark.field for mark in each.missed],
        "disproof": each.row.disproof,
        "problem": each.row.problem,
    }


def _missed(each: Result) -> str:
    return "; ".join(f"{mark.field}: {mark.answered or NOTHING_SAID}, asked for: {mark.truth}" for mark in each.missed)


def _said(mark: Mark) -> str:
    """The answer for counting: of two causes it is the same in either order."""
    return ", ".join(sorted(words(part) for part in mark.answered.split(", "))) or NOTHING_SAID
