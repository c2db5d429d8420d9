"""The project as its own files describe it, and its wheel."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from release import lock
from release.lock import Locked

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
CHANGELOG = ROOT / "CHANGELOG.md"


def version() -> str:
    """The version in pyproject.toml."""
    return str(_settings()["project"]["version"])


def packages() -> list[str]:
    """The folders that its wheel holds."""
    found: list[str] = _settings()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return found


def _settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked() -> list[Locked]:
    """The packages that an installation takes besides."""
    return lock.read(LOCK.read_text("utf-8"))


def build(folder: Path, *targets: str) -> None:
    """Build `wheel`, `sdist` into the folder, by the locked tools of this environment; raises CalledProcessError."""
    kinds = [word for target in targets for word in ("--target", target)]
    run(sys.executable, "-m", "hatchling", "build", "--directory", str(folder), *kinds)


def run(*command: str) -> str:
    """The output of a command in the project's folder; raises CalledProcessError, after it has said why."""
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603  ours
