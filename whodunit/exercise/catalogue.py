"""The exercises there are: a folder each, with its text, the application to begin with, a solution, and its steps."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from whodunit.errors import WrongUseError
from whodunit.strict_yaml.quantities import Duration, Strict
from whodunit.strict_yaml.reader import read
from whodunit.strict_yaml.suggestion import meant

STEPS_FILE = "exercise.yaml"
GUIDE = "docs/exercises.md"

Url = Annotated[str, Field(pattern=r"^https://")]


class Request(Strict):
    """A request that the check makes."""

    method: Literal["GET", "POST", "DELETE"] = "GET"
    path: str = Field(pattern="^/")
    route: str = Field(pattern="^/", description="The template that the path is of")
    status: int = Field(200, description="The status that the application to begin with answers")
    form: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] = Field(default_factory=dict, description="Sent as JSON")
    headers: dict[str, str] = Field(default_factory=dict)
    while_locked: bool = Field(default=False, description="Made while nobody else can use the database")


class Lesson(Strict):
    """The reason why something that is missing matters, and the page that says how it should be."""

    why: str
    see: Url


class Step(Strict):
    """One thing to do, with what can be missing afterwards."""

    name: str = Field(pattern="^[a-z-]+$")
    title: str
    lessons: dict[str, Lesson] = Field(min_length=1)


class Drawn(Strict):
    """A number that the application reads from its environment; each student has their own."""

    least: int
    most: int
    usual: int = Field(description="For somebody who began without an id; lies outside, so that nobody draws it")

    def of(self, seed: str) -> int:
        """The number that a seed gives, the same on every machine."""
        digest = hashlib.sha256(seed.encode()).digest()
        return self.least + int.from_bytes(digest[:8]) % (self.most - self.least + 1)


class Watch(Strict):
    """Recordings on which alerts are watched, in place of an application that is run."""

    recordings: tuple[str, ...] = Field(strict=False, min_length=1, description="Those of the exercise, or those kept")
    symptom: str = Field(description="PromQL that has a result while customers have the symptom")
    within: Duration = Field(description="How long after the symptom's start somebody has to be called")


class Steps(Strict):
    """The file `exercise.yaml`."""

    title: str
    minutes: int = Field(gt=0, description="How long it takes somebody who knows the language")
    requests: tuple[Request, ...] = Field((), strict=False)
    watch: Watch | None = None
    pipe: bool = Field(False, description="True where a Collector is run, in place of an application")
    numbers: dict[str, Drawn] = Field(default_factory=dict, description="By the variable that holds each")
    answer: dict[str, str] = Field(
        default_factory=dict, description="What answer.yaml is to say; {NAME} is the number of that name"
    )
    steps: tuple[Step, ...] = Field(strict=False, min_length=1)


@dataclass(frozen=True)
class Exercise:
    """One exercise: `folder` is where its files are kept, `student` the id of somebody who has numbers of their own."""

    name: str
    folder: Path
    file: Steps
    student: str = ""

    @property
    def text(self) -> Path:
        """What there is to do, for people."""
        return self.folder / "README.md"

    @property
    def app(self) -> Path:
        """The files to begin with."""
        return self.folder / "app"

    @property
    def solution(self) -> Path:
        """The files of a solution that differ from those to begin with."""
        return self.folder / "solution"

    @property
    def numbers(self) -> Mapping[str, str]:
        """What the application finds in its environment: the student's own numbers, or the usual ones."""
        return {
            name: str(drawn.of(f"{self.student} {self.name} {name}") if self.student else drawn.usual)
            for name, drawn in self.file.numbers.items()
        }

    @property
    def answer(self) -> Mapping[str, str]:
        """What answer.yaml is to say, with these numbers."""
        return {key: right.format_map(self.numbers) for key, right in self.file.answer.items()}

    def of(self, student: str) -> "Exercise":
        """The same exercise with the numbers of a student."""
        return replace(self, student=student)

    def chosen(self, name: str | None) -> tuple[Step, ...]:
        """The step of that name, or all; raises WrongUseError."""
        names = [step.name for step in self.file.steps]
        if name is not None and name not in names:
            raise WrongUseError(f"The exercise {self.name} has no step {name!r}.", _instead(name, names))
        return tuple(step for step in self.file.steps if name in (None, step.name))


def exercises() -> list[Exercise]:
    """All of them by name; raises ScenarioFileError for a mistake in a file."""
    found = sorted(Path(str(files("exercises"))).glob(f"*/{STEPS_FILE}"))
    return [Exercise(file.parent.name, file.parent, read(file, Steps, GUIDE)) for file in found]


def exercise(name: str) -> Exercise:
    """The exercise of that name; raises WrongUseError."""
    every = {each.name: each for each in exercises()}
    if name not in every:
        raise WrongUseError(f"There is no exercise {name!r}.", _instead(name, list(every)))
    return every[name]


def _instead(name: str, names: list[str]) -> str:
    guess = meant(name, names)
    return f"{guess[:1].upper()}{guess[1:]}There are: {', '.join(names)}"
