"""Error messages about our files: file, line, key, and what is allowed there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from whodunit.errors import WrongUseError
from whodunit.strict_yaml.positions import in_file, line_of
from whodunit.strict_yaml.suggestion import meant

GUIDE = "docs/adding-a-scenario.md"


class ScenarioFileError(WrongUseError):
    """A file of a scenario, or one that stands beside them, that cannot be used."""


def explain(
    path: Path, document: Any, model: type[BaseModel], error: ValidationError, guide: str = GUIDE
) -> ScenarioFileError:
    """One line for each mistake."""
    mistakes = {_line(path, document, model, details) for details in error.errors()}
    return refused(path, "\n".join(each for _, each in sorted(mistakes)), guide)


def refused(path: Path, lines: str, guide: str = GUIDE) -> ScenarioFileError:
    """The error for a file with these mistakes; `guide` is the page that helps."""
    return ScenarioFileError(lines, f"Correct {path} and try again. How to write one: {guide}")


def _line(path: Path, document: Any, model: type[BaseModel], details: ErrorDetails) -> tuple[int, str]:
    location = details["loc"]
    line = line_of(document, location)
    key = ".".join(str(part) for part in in_file(document, location)) or "(the whole file)"
    return line, f"{path}:{line}: {key}: {_sentence(model, details)}"


def _sentence(model: type[BaseModel], details: ErrorDetails) -> str:
    if details["type"] == "extra_forbidden":
        return _unknown_key(str(details["loc"][-1]), _keys(model, details["loc"][:-1]))
    if details["type"] == "missing":
        return "this key is required"
    message = details["msg"].removeprefix("Value error, ")
    given = details["input"]
    shown = f", not {given!r}" if isinstance(given, str | int | float) and repr(given) not in message else ""
    return message[:1].lower() + message[1:] + shown


def _unknown_key(key: str, allowed: list[str]) -> str:
    return f"unknown key; {meant(key, allowed)}Allowed here: {', '.join(allowed)}"


def _keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that the model at `location` knows."""
    current: Any = model
    found: list[Any] = []
    for part in location:
        field = current.model_fields.get(part) if isinstance(part, str) else None
        if field is not None:
            found = list(_models_in(field.annotation)) or [current]
            current = found[0]
        current = next((each for each in found if each.__name__ == part), current)  # a branch of a union
    return sorted(field.alias or name for name, field in current.model_fields.items())


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside `Model`, `list[Model]` or `Model | Other | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models_in(each)
