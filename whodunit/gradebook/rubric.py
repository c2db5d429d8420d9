"""The rubric that a teacher edits: what counts, and for how much."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import Field

from whodunit.errors import WrongUseError
from whodunit.exercise.catalogue import exercises
from whodunit.strict_yaml.quantities import Strict
from whodunit.strict_yaml.reader import read
from whodunit.strict_yaml.suggestion import meant

GUIDE = "docs/grading.md"
DEFAULT = Path(str(files(__package__) / "rubric.yaml"))

Points = Annotated[int, Field(ge=0)]


class ExerciseRubric(Strict):
    """The weights of steps, by exercise; a step that is not named weighs 1."""

    weights: dict[str, dict[str, Points]]

    def weight(self, exercise: str, step: str) -> int:
        """The weight of a step."""
        return self.weights.get(exercise, {}).get(step, 1)


class LoadPoints(Strict):
    """The points of each thing that is asked of a load report."""

    complete: Points
    carried: Points
    confirmed: Points
    limit: Points
    plan: Points
    again: Points


class LoadRubric(Strict):
    """A load report and the test plan beside it; `tolerance` is a share of X."""

    points: LoadPoints
    tolerance: float = Field(strict=False, ge=0, le=1)
    plan: list[str]
    fewest_words: int = Field(ge=1)


class IncidentRubric(Strict):
    """An incident report: its citations, and its sections by their headings."""

    citations: Points
    fewest: int = Field(ge=1)
    sections: dict[str, Points]
    fewest_words: int = Field(ge=1)


class Rubric(Strict):
    """All of it."""

    exercise: ExerciseRubric
    load: LoadRubric
    incident: IncidentRubric


def rubric(file: Path | None) -> Rubric:
    """The rubric in a file, or the one that comes with the program; raises ScenarioFileError, WrongUseError."""
    found = read(file or DEFAULT, Rubric, GUIDE)
    known = {each.name: [step.name for step in each.file.steps] for each in exercises()}
    for name, weights in found.exercise.weights.items():
        _check(name, list(known), "exercise")
        for step in weights:
            _check(step, known[name], f"step of {name}")
    return found


def _check(name: str, known: list[str], what: str) -> None:
    if name not in known:
        guess = meant(name, known)
        hint = f"{guess[:1].upper()}{guess[1:]}There are: {', '.join(known)}"
        raise WrongUseError(f"The rubric gives points for {name!r}, which is no {what}.", hint)
