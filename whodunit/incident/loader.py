"""Reads a scenario's folder, strictly."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whodunit.alerts import loading as objectives
from whodunit.errors import WrongUseError
from whodunit.faults.catalogue import read as read_flags
from whodunit.incident import alert_names, flags
from whodunit.incident.model import Scenario
from whodunit.incident.truth import Truth
from whodunit.strict_yaml import reader
from whodunit.strict_yaml.positions import line_of
from whodunit.strict_yaml.problems import refused

SCENARIO_FILE = "scenario.yaml"
TRUTH_FILE = "truth.yaml"


@dataclass(frozen=True)
class Case:
    """A scenario by one cause, and the folder it stands in; the folder's name is its slug.

    `variant` is None where the scenario has one cause only; `variants` are all it has.
    """

    folder: Path
    scenario: Scenario
    variant: str | None = None
    variants: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The name of the scenario."""
        return self.folder.name

    @property
    def name(self) -> str:
        """The name for commands and results: `SLUG`, or `SLUG/VARIANT` where there are several causes."""
        return f"{self.slug}/{self.variant}" if self.variant else self.slug

    @property
    def is_main(self) -> bool:
        """True if the slug alone means this case: the only cause, or the first one."""
        return self.variant in (None, *self.variants[:1])


def in_file_names(name: str) -> str:
    """The name of a case as part of a file's."""
    return name.replace("/", "-")


def load(folder: Path, variant: str | None = None) -> Case:
    """The scenario in `folder`, by its first cause unless one is named.

    Raises ScenarioFileError with every mistake in it, and WrongUseError when it has no such variant.
    """
    cases = load_all(folder)
    for case in cases:
        if variant in (None, case.variant):
            return case
    there_are = ", ".join(each.name for each in cases)
    raise WrongUseError(f"There is no scenario '{cases[0].slug}/{variant}'.", f"There are: {there_are}")


def load_all(folder: Path) -> list[Case]:
    """The scenario in `folder` by each of its causes, the main one first; raises ScenarioFileError."""
    folder = folder.resolve()
    path = folder / SCENARIO_FILE
    document = reader.parse(path)
    scenario = reader.validated(path, document, Scenario)
    _check_names(path, document, scenario)
    variants = tuple(scenario.variants)
    return [Case(folder, scenario.as_variant(name), name, variants) for name in variants or [None]]


def load_truth(case: Case) -> Truth:
    """The solution of a case: for the leader and the grader alone. Raises ScenarioFileError."""
    path = case.folder / TRUTH_FILE
    truth = reader.read(path, Truth)
    if set(truth.variants) != set(case.variants):
        raise refused(path, f"{path}: variants must be those of {SCENARIO_FILE}: {', '.join(case.variants) or 'none'}")
    return truth.of_variant(case.variant)


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
