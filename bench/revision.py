"""Another commit of this repository, installed in a temporary folder with what it needs."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parents[1]


@contextmanager
def installed(reference: str) -> Iterator[Path]:
    """The checkout of `reference`, with a .venv of its own; gone at the end."""
    with TemporaryDirectory() as folder:
        checkout = Path(folder) / "reference"
        _run("git", "worktree", "add", "--detach", str(checkout), reference)
        try:
            _run("make", f"PYTHON={sys.executable}", ".venv/run-installed", folder=checkout)
            yield checkout
        finally:
            _run("git", "worktree", "remove", "--force", str(checkout))


def _run(*command: str, folder: Path = HERE) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr)  # noqa: S603  our own commands
