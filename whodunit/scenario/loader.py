"""Reads a scenario's folder, strictly."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whodunit.alerts import loading as objectives
from whodunit.faults.catalogue import read as read_flags
from whodunit.scenario import alert_names, flags, strict_yaml
from whodunit.scenario.model import Scenario
from whodunit.scenario.positions import line_of
from whodunit.scenario.problems import refused
from whodunit.scenario.truth import Truth

SCENARIO_FILE = "scenario.yaml"
TRUTH_FILE = "truth.yaml"


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
    document = strict_yaml.parse(path)
    scenario = strict_yaml.validated(path, document, Scenario)
    _check_names(path, document, scenario)
    return Case(folder, scenario)


def load_truth(folder: Path) -> Truth:
    """The solution of the scenario in `folder`: for the leader and the grader alone."""
    return strict_yaml.read(folder / TRUTH_FILE, Truth)


def _check_names(path: Path, document: Any, scenario: Scenario) -> None:
    lines = [
        f"{path}:{line_of(document, location)}: {'.'.join(map(str, location))}: {sentence}"
        for location, sentence in _mistakes(scenario)
    ]
    if lines:
        raise refused(path, "\n".join(lines))


def _mistakes(scenario: Scenario) -> Iterator[flags.Mistake]:
    known = {key: tuple(entry.variants) for key, entry in read_flags().flags.items()}
    yield from flags.mistakes(scenario, known)
    yield from alert_names.mistakes(scenario, objectives.bundled().alert_names)
