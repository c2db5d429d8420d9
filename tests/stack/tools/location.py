"""Where the programs are put, and which of them are there."""

import os
import shutil
from pathlib import Path

POSTGRES = "postgresql"
POSTGRES_FOLDERS = (
    "/usr/lib/postgresql",
    "/usr/pgsql-*",
    "/opt/homebrew/opt/postgresql@*",
    "/usr/local/opt/postgresql@*",
)


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


def postgres_folder() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest one; None when there is none."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    for pattern in POSTGRES_FOLDERS:
        root = Path(pattern)
        candidates += sorted(root.parent.glob(f"{root.name}/**/bin/initdb"), reverse=True)
    folders = [each.parent if each.name == "initdb" else each for each in candidates]
    return next((each for each in folders if (each / "postgres").exists()), None)


def missing(names: tuple[str, ...]) -> list[str]:
    """Which of these programs are not there."""
    return [name for name in names if not _is_there(name)]


def _is_there(name: str) -> bool:
    return postgres_folder() is not None if name == POSTGRES else program(name).exists()
