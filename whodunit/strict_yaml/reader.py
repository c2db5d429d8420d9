"""Reads one of our YAML files as a model, strictly: every mistake is reported with its line."""

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from whodunit.reading import NotTextError, read_text
from whodunit.strict_yaml.positions import plain, size
from whodunit.strict_yaml.problems import GUIDE, explain, refused

M = TypeVar("M", bound=BaseModel)

MOST_VALUES = 100_000
"""With its aliases written out a file has so many at most: they multiply when one is within another."""


def read(path: Path, model: type[M], guide: str = GUIDE) -> M:
    """The file as `model`; raises ScenarioFileError with every mistake in it. `guide` is the page that helps."""
    return validated(path, parse(path, guide), model, guide)


def validated(path: Path, document: Any, model: type[M], guide: str = GUIDE) -> M:
    """The document that `parse` returned, as `model`; raises ScenarioFileError."""
    try:
        return model.model_validate(plain(document))
    except ValidationError as error:
        mistakes = explain(path, document, model, error, guide)
    # Not from within: Pydantic's error keeps every frame on the way to it, and the collector cannot see into it.
    raise mistakes


def parse(path: Path, guide: str = GUIDE) -> Any:
    """The document with its lines; raises ScenarioFileError."""
    try:
        return _document(read_text(path))
    except OSError as error:
        raise refused(path, f"{path}: cannot be read: {error.strerror or error}", guide) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise refused(path, f"{path}:{line}: {error.problem or 'this is not YAML'}", guide) from error
    except (YAMLError, NotTextError) as error:
        raise refused(path, f"{path}: {error}", guide) from error


@lru_cache(maxsize=256)  # three times as many as there are files of ours; one takes about 20 ms
def _document(text: str) -> Any:
    document = YAML(typ="rt").load(text)
    if size(document) > MOST_VALUES:
        raise YAMLError(f"its aliases (`*name`) make more than {MOST_VALUES:,} values of it; write out what is meant")
    return document
