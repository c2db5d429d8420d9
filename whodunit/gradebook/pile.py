"""A pile of hand-ins: files and folders, each told by its content, marked, and held against the others."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from whodunit.errors import LabError, WrongUseError
from whodunit.gradebook import exercises, incidents, loads
from whodunit.gradebook.loads import PLAN_FILE, FindAgain
from whodunit.gradebook.row import Criterion, Row
from whodunit.gradebook.rubric import Rubric
from whodunit.incident.loader import Case
from whodunit.limit.folder import FILE as LOAD_FILE
from whodunit.mystery import handin, marking
from whodunit.mystery.draw import seed_of
from whodunit.mystery.grading import Mark
from whodunit.reading import NotTextError, decoded

OURS = re.compile(r"incident|report|hand-in|limits|\d{8}T\d{6}Z", re.IGNORECASE)
"""Names of files and folders that commands give: they say of nobody whose they are."""

LONGEST = 300
"""Characters of an unexpected error that are told."""

LARGEST_BYTES = 5_000_000
WHAT = "There are: exercises and answers of mysteries (.json), load reports (report.json), incident reports (.md)."


@dataclass(frozen=True)
class Marker:
    """Marks by a rubric; `again` has code run once more, and `find_again` the shop that runs measured.

    `seed` is that of mysteries which each student has played with a seed of their own.
    """

    rubric: Rubric
    cases: Sequence[Case]
    leader: str = ""
    running: str = ""
    again: bool = False
    find_again: FindAgain | None = None
    seed: int | None = None

    def rows(self, pile: Sequence[Path], tell: Callable[[str], object]) -> list[Row]:
        """A row for each hand-in, however often it is named and whatever else lies there."""
        rows = []
        for file in {file.resolve(): file for each in pile for file in _listed(each)}.values():
            tell(str(file))
            rows.append(self._row(file))
        return list(_compared(rows))

    def _row(self, file: Path) -> Row:
        if file.is_dir():
            return Row(str(file), _owner(file), problem="This folder is empty, or cannot be read.")
        try:
            row = self._marked(file)
        except LabError as error:
            row = Row(str(file), problem=f"{error.message} {error.hint}")
        except RecursionError:
            row = Row(str(file), problem="This is no hand-in: something in it, or beside it, is nested too deeply.")
        except NotTextError as error:
            row = Row(str(file), problem=f"This is no hand-in: {error}.")
        except OSError as error:
            row = Row(str(file), problem=f"It cannot be read: {error.strerror or error}.")
        except Exception as error:  # noqa: BLE001  whatever is in one hand-in, the others are marked
            said = f"{type(error).__name__}: {error}"[:LONGEST]
            row = Row(str(file), problem=f"It could not be marked, and has to be looked at by a person ({said}).")
        return row if row.student else replace(row, student=_owner(file))

    def _marked(self, file: Path) -> Row:
        if file.stat().st_size > LARGEST_BYTES:
            return Row(str(file), problem=f"This is no hand-in: it is larger than {LARGEST_BYTES:,} bytes.")
        content = file.read_bytes()
        text, identity = decoded(content), hashlib.sha256(content).hexdigest()
        if not text.strip():
            return Row(str(file), problem="This file is empty.")
        if file.suffix.lower() == ".md":
            if self.running:
                raise WrongUseError("A mystery runs, and this is about a recorded run.", "Mark it afterwards.")
            return incidents.marked(str(file), text, self.rubric.incident, identity)
        return self._document(file, text, identity)

    def _document(self, file: Path, text: str, identity: str) -> Row:
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            why = "it is no whole JSON document." if file.suffix == ".json" else WHAT
            return Row(str(file), problem=f"This is no hand-in: {why}")
        form = str(said.get("format", "")) if isinstance(said, dict) else ""
        if form.startswith("whodunit exercise"):
            return exercises.marked(str(file), text, self.rubric.exercise, again=self.again)
        if form.startswith("whodunit hand-in"):
            return self._mystery(str(file), text, identity)
        if isinstance(said, dict) and "trials" in said:
            return loads.marked(file, text, self.rubric.load, identity, self.find_again)
        return Row(str(file), problem=f"This is no hand-in. {WHAT}")

    def _mystery(self, file: str, text: str, identity: str) -> Row:
        form = json.loads(text)["format"]
        if form != handin.FORMAT:
            return Row(file, problem=f"It is of another version: {form!r}, not {handin.FORMAT!r}.")
        found = marking.marked(file, text, self.leader, self.cases, self.running)
        if found.verdict is None:
            return Row(file, problem=found.problem)
        marks = [Criterion(mark.field, mark.points, mark.weight, _told(mark)) for mark in found.verdict.marks]
        taken = found.verdict.deductions
        marks += [Criterion("deductions", -taken, 0, f"hints: {found.hints}")] if taken else []
        notes = [f"case: {found.case}", *([f"disproof: {found.disproof}"] if found.disproof else [])]
        if self.seed is not None and found.seed != seed_of(found.player, self.seed):
            notes.append(f"seed {found.seed} is not the one of {found.player or 'nobody'}")
        return Row(file, found.player, f"mystery {found.seed}", "", tuple(marks), tuple(notes), identity=identity)


def _told(mark: Mark) -> str:
    """The answer beside the truth, where it was not all that there is to know."""
    return "" if mark.points == mark.weight else f"{mark.answered or 'nothing said'}; asked for: {mark.truth}"


def _listed(place: Path) -> Iterator[Path]:
    """The hand-ins in a file or a folder, and folders that are empty; what belongs to another file is left out."""
    if not place.is_dir():
        yield place
        return
    try:
        inside = sorted(each for each in place.iterdir() if not each.name.startswith("."))
    except OSError:
        inside = []
    if not inside:
        yield place
    names = {each.name for each in inside}
    for each in inside:
        if not _belongs_to_another(each, names):
            yield from _listed(each)


def _belongs_to_another(file: Path, names: set[str]) -> bool:
    """True for a test plan, for the HTML of a report, and for what is written beside a load report."""
    if file.name == PLAN_FILE or (file.suffix == ".html" and f"{file.stem}.md" in names):
        return True
    return LOAD_FILE in names and (file.name in ("report.md", "report.html") or file.suffix == ".svg")


def _owner(place: Path) -> str:
    """The name of a file, or of the nearest folder around it, that no command has given."""
    parts = [place.stem if place.suffix and not place.is_dir() else place.name, *(each.name for each in place.parents)]
    shown = takewhile(lambda part: not part.startswith("."), parts)
    return next((part for part in shown if part and not OURS.fullmatch(part)), "")


def _compared(rows: Sequence[Row]) -> Iterator[Row]:
    """Each row, held against the others: of what a student hands in twice the last counts, and copies are told."""
    good = [row for row in rows if not row.problem]
    for row in rows:
        alike = [each.file for each in good if each.identity == row.identity and each.student != row.student]
        if row.problem:
            yield row
        elif later := _later(good, row):
            yield replace(row, problem=_replaced(row, later[-1]))
        else:
            note = (f"the same work as {', '.join(alike)}",) if alike else ()
            yield replace(row, notes=(*row.notes, *note))


def _later(good: Sequence[Row], row: Row) -> list[Row]:
    """The hand-ins of the same student that were written later, or lie further down in the pile."""
    same = [each for each in good if (each.student, each.work) == (row.student, row.work)]
    return [each for each in same if (each.at, good.index(each)) > (row.at, good.index(row))]


def _replaced(row: Row, later: Row) -> str:
    if (row.identity, row.at) == (later.identity, later.at):
        return f"The same hand-in as {later.file}, which counts once."
    return f"Handed in again, and the last counts: {later.file}."
