"""What CI runs is what the README tells people to run."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_runs_the_parts_of_make_test_after_the_real_programs_are_there() -> None:
    [parts] = re.findall(r"^for part in (.*); do$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    [of_test] = re.findall(r"^test: (.*) ##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert parts == f".venv/dev-installed stack-tools {of_test}"
