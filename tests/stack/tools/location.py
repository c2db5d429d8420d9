"""Where the programs are put, and which of them are there."""

import os
from pathlib import Path

from whodunit.drill.programs import postgres_folder

__all__ = ["POSTGRES", "bin_folder", "cache_folder", "missing", "postgres_folder", "program"]

POSTGRES = "postgresql"


def cache_folder() -> Path:
    """Everything that is downloaded or built for the stack tests."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "whodunit" / "stack"


def bin_folder() -> Path:
    """The programs themselves."""
    return cache_folder() / "bin"


def program(name: str) -> Path:
    """Where a program is, once `make stack-tools` has provided it."""
    return bin_folder() / name


def missing(names: tuple[str, ...]) -> list[str]:
    """Which of these programs are not there."""
    return [name for name in names if not _is_there(name)]


def _is_there(name: str) -> bool:
    return postgres_folder() is not None if name == POSTGRES else program(name).exists()
