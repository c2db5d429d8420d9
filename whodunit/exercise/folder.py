"""A learner's folder: begun with an exercise's files, found again, and begun anew."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from whodunit.errors import LabError, WrongUseError
from whodunit.exercise.catalogue import GUIDE, Exercise
from whodunit.strict_yaml.positions import plain
from whodunit.strict_yaml.problems import refused
from whodunit.strict_yaml.reader import parse

MARK = ".exercise"
"""Names the exercise that a folder was begun with: a check and a reset touch no other."""

STUDENT = ".student"
"""Holds the id of the student whose folder it is: their numbers are drawn from it, and a hand-in bears it."""

ID = re.compile(r"[\w.@+-]{1,60}")

ANSWER = "answer.yaml"
KEPT = "before-reset"
OURS = shutil.ignore_patterns("__pycache__")


def begin(exercise: Exercise, folder: Path, *, solved: bool, student: str = "") -> None:
    """Copy the files to begin with, or those of the solution, into a folder that is new or empty.

    Raises WrongUseError when there is something in it, or `student` is no id.
    """
    if student:
        _check_id(student)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUseError(
            f"{folder} is there already, and nothing of it is overwritten.",
            f"Name another folder: whodunit exercise start {exercise.name} FOLDER",
        )
    with _written(folder):
        _fill(exercise, folder, solved=solved)
        if student:
            (folder / STUDENT).write_text(f"{student}\n", encoding="utf-8")


def find(exercise: Exercise, named: Path | None) -> Path:
    """The learner's folder: the one named, the current one, or the one of the exercise's name in it.

    Raises WrongUseError when that is no folder of this exercise.
    """
    for folder in [named] if named else [Path(), Path(exercise.name)]:
        if _mark(folder) == exercise.name:
            return folder.absolute()
    where = named or Path(exercise.name)
    raise WrongUseError(
        f"{where} is not a folder in which {exercise.name} was begun.",
        f"Begin: whodunit exercise start {exercise.name}; or say where it is: --folder FOLDER",
    )


def begin_anew(exercise: Exercise, folder: Path) -> Path:
    """Move what the learner has into a folder beside the new files, and return that folder; dotfiles stay."""
    numbered = (folder / f"{KEPT}-{number}" for number in count(1))
    kept = next(each for each in numbered if not each.exists())
    with _written(folder):
        files = [each for each in folder.iterdir() if not each.name.startswith((KEPT, "."))]
        kept.mkdir()
        for each in files:
            each.rename(kept / each.name)
        _fill(exercise, folder, solved=False)
    return kept


def student(folder: Path) -> str:
    """The id of the student whose folder it is; empty when it was begun without one."""
    return _line(folder / STUDENT) or ""


def belongs_to(folder: Path, named: str | None) -> str:
    """The student's id, which is kept when the folder has none yet; raises WrongUseError without one, or for another.

    `named` is the id that was typed.
    """
    kept = student(folder)
    if not (named or kept):
        raise WrongUseError("Whose is it?", "Add your id, as your teacher's list has it: --student ID")
    if named and kept and named != kept:
        again = "begin with your own id, in another folder: whodunit exercise start EXERCISE FOLDER --student ID"
        raise WrongUseError(f"{folder} was begun by {kept}, not by {named}.", f"Hand in as {kept}; or {again}")
    if named:
        _check_id(named)
        with _written(folder):
            (folder / STUDENT).write_text(f"{named}\n", encoding="utf-8")
    return named or kept


def answer(folder: Path) -> Mapping[str, str]:
    """What the learner's answer.yaml says; nothing without one. Raises ScenarioFileError for what is no YAML."""
    file = folder / ANSWER
    if not file.exists():
        return {}
    said = plain(parse(file, GUIDE))
    if not isinstance(said, dict | None):
        raise refused(file, f"{file}:1: write one key with its value in a line, like `route: /products`", GUIDE)
    return {key: str(value) for key, value in (said or {}).items() if value is not None}


def _fill(exercise: Exercise, folder: Path, *, solved: bool) -> None:
    shutil.copytree(exercise.app, folder, ignore=OURS, dirs_exist_ok=True)
    if solved:
        shutil.copytree(exercise.solution, folder, ignore=OURS, dirs_exist_ok=True)
    shutil.copy(exercise.text, folder)
    (folder / MARK).write_text(f"{exercise.name}\n", encoding="utf-8")


def _mark(folder: Path) -> str | None:
    return _line(folder / MARK)


def _line(file: Path) -> str | None:
    return file.read_text(encoding="utf-8", errors="replace").strip() if file.is_file() else None


def _check_id(student: str) -> None:
    if not ID.fullmatch(student):
        told = f"{student!r} is no id of a student."
        raise WrongUseError(told, "Letters, digits and . _ @ + - , at most 60: such as s0412345 or ada@example.org")


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Raises LabError when the disk refuses."""
    try:
        yield
    except OSError as error:
        told = f"Cannot write {error.filename or folder}: {error.strerror or error}."
        raise LabError(told, "Name a folder that you may write to.") from error
