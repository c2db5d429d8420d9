"""Reads a scenario's folder, strictly."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from whodunit.alerts import loading as objectives
from whodunit.errors import WrongUseError
from whodunit.faults.catalogue import read as read_flags
from whodunit.incident import alert_names, flags
from whodunit.incident.model import Cause, Scenario
from whodunit.incident.truth import Truth
from whodunit.strict_yaml import reader
from whodunit.strict_yaml.positions import line_of
from whodunit.strict_yaml.problems import refused

SCENARIO_FILE = "scenario.yaml"
CAUSES_FOLDER = "causes"
TRUTH_FILE = "truth.yaml"

Part = TypeVar("Part", Scenario, Cause)


@dataclass(frozen=True)
class Case:
    """A face by one of its causes, and the folder of the face; the folder's name is its slug.

    `cause` is None where the face has a single one; `causes` are all that stand in files of their own.
    """

    folder: Path
    scenario: Scenario
    cause: str | None = None
    causes: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The name of the scenario."""
        return self.folder.name

    @property
    def name(self) -> str:
        """The name for commands and results: `SLUG`, or `SLUG/CAUSE` where there are several causes."""
        return f"{self.slug}/{self.cause}" if self.cause else self.slug

    @property
    def is_main(self) -> bool:
        """True if the slug alone means this case: the only cause, or the first one."""
        return self.cause in (None, *self.causes[:1])

    @property
    def files(self) -> list[Path]:
        """The files that say what happens: of the face, and of the cause where it has one."""
        return [self.folder / SCENARIO_FILE, *([cause_file(self.folder, self.cause)] if self.cause else [])]


def in_file_names(name: str) -> str:
    """The name of a case as part of a file's."""
    return name.replace("/", "-")


def cause_file(folder: Path, name: str) -> Path:
    """The file of a cause in the folder of its face."""
    return folder / CAUSES_FOLDER / f"{name}.yaml"


def load(folder: Path, cause: str | None = None) -> Case:
    """The face in `folder`, by its first cause unless one is named.

    Raises ScenarioFileError with every mistake in it, and WrongUseError when it has no such cause.
    """
    cases = load_all(folder)
    for case in cases:
        if cause in (None, case.cause):
            return case
    there_are = ", ".join(each.name for each in cases)
    raise WrongUseError(f"There is no scenario '{cases[0].slug}/{cause}'.", f"There are: {there_are}")


def load_all(folder: Path) -> list[Case]:
    """The face in `folder` by each of its causes, the main one first; raises ScenarioFileError."""
    folder = folder.resolve()
    face = _read(folder / SCENARIO_FILE, Scenario)
    if not face.causes:
        return [Case(folder, face)]
    return [Case(folder, _by_cause(face, cause_file(folder, name)), name, tuple(face.causes)) for name in face.causes]


def load_truth(case: Case) -> Truth:
    """The solution of a case: for the leader and the grader alone. Raises ScenarioFileError."""
    path = case.folder / TRUTH_FILE
    truth = reader.read(path, Truth)
    if set(truth.causes) != set(case.causes):
        raise refused(path, f"{path}: causes must be those of {SCENARIO_FILE}: {', '.join(case.causes) or 'none'}")
    return truth.of_cause(case.cause)


def _by_cause(face: Scenario, path: Path) -> Scenario:
    cause = _read(path, Cause)
    try:
        return face.by_cause(cause)
    except ValueError as error:
        raise refused(path, f"{path}: {error}") from error


def _read(path: Path, model: type[Part]) -> Part:
    document = reader.parse(path)
    part = reader.validated(path, document, model)
    lines = [
        f"{path}:{line_of(document, location)}: {'.'.join(map(str, location))}: {sentence}"
        for location, sentence in _mistakes(part)
    ]
    if lines:
        raise refused(path, "\n".join(lines))
    return part


def _mistakes(part: Scenario | Cause) -> Iterator[flags.Mistake]:
    known = {key: tuple(entry.variants) for key, entry in read_flags().flags.items()}
    yield from flags.mistakes(part, known)
    yield from alert_names.mistakes(part, objectives.bundled().alert_names)
