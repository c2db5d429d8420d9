"""Reads a scenario's folder, strictly."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from whodunit.faults.catalogue import read as read_flags
from whodunit.scenario.flags import mistakes
from whodunit.scenario.model import Scenario
from whodunit.scenario.positions import line_of, plain
from whodunit.scenario.problems import explain, refused
from whodunit.scenario.truth import Truth

SCENARIO_FILE = "scenario.yaml"
TRUTH_FILE = "truth.yaml"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Case:
    """A scenario and the folder it stands in; the folder's name is its slug."""

    folder: Path
    scenario: Scenario

    @property
    def slug(self) -> str:
        """The name for commands and results."""
        return self.folder.name


def load(folder: Path) -> Case:
    """The scenario in `folder`; raises ScenarioFileError with every mistake in it."""
    folder = folder.resolve()
    path = folder / SCENARIO_FILE
    document = _parse(path)
    scenario = _validated(path, document, Scenario)
    _check_flags(path, document, scenario)
    return Case(folder, scenario)


def load_truth(folder: Path) -> Truth:
    """The solution of the scenario in `folder`: for the leader and the grader alone."""
    path = folder / TRUTH_FILE
    return _validated(path, _parse(path), Truth)


def _check_flags(path: Path, document: Any, scenario: Scenario) -> None:
    known = {key: tuple(entry.variants) for key, entry in read_flags().flags.items()}
    lines = [
        f"{path}:{line_of(document, location)}: {'.'.join(map(str, location))}: {sentence}"
        for location, sentence in mistakes(scenario, known)
    ]
    if lines:
        raise refused(path, "\n".join(lines))


def _validated(path: Path, document: Any, model: type[M]) -> M:
    try:
        return model.model_validate(plain(document))
    except ValidationError as error:
        raise explain(path, document, model, error) from error


def _parse(path: Path) -> Any:
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise refused(path, f"{path}: cannot be read: {error.strerror or error}") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise refused(path, f"{path}:{line}: {error.problem or 'this is not YAML'}") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise refused(path, f"{path}: {error}") from error
