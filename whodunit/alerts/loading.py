"""Reads the objectives, strictly."""

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from whodunit.alerts.objectives import Objectives
from whodunit.strict_yaml import reader

GUIDE = "docs/alerts.md"


def load(path: Path) -> Objectives:
    """The objectives in `path`; raises WrongUseError with every mistake in it, by line."""
    return reader.read(path, Objectives, GUIDE)


@cache
def bundled() -> Objectives:
    """The objectives of this release."""
    with as_file(files("objectives").joinpath("objectives.yaml")) as path:
        return load(path)
