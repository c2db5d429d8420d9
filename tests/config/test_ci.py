"""What CI runs is what the README tells people to run."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_runs_make_test_after_the_real_programs_are_there() -> None:
    made = re.findall(r"^make (\S+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert made == ["stack-tools", "test"]
