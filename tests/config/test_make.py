"""What `make` says before there is anything to run."""

import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[2] / "Makefile"


@pytest.mark.process
def test_a_python_that_is_not_there_is_not_called_old(tmp_path: Path) -> None:
    shutil.copy(MAKEFILE, tmp_path)
    command = ["make", "--no-print-directory", ".venv/bin/uv", "PYTHON=python9.9"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode != 0
    assert ended.stdout.startswith("There is no python9.9 here.")
