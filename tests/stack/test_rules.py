"""The rules do what they say: Prometheus' own tests of rules, firing and silent."""

import subprocess
from pathlib import Path

import pytest

from tests.stack.tools import location

RULES = Path(__file__).parents[2] / "prometheus" / "rules"
TESTS = sorted((RULES / "tests").glob("*.yml"))

pytestmark = pytest.mark.stack("promtool")


def promtool(*arguments: str) -> None:
    command = [str(location.program("promtool")), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_prometheus_accepts_the_rules() -> None:
    promtool("check", "rules", "--lint=all", "--lint-fatal", *(str(path) for path in sorted(RULES.glob("*.yml"))))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_the_rules_of(path: Path) -> None:
    promtool("test", "rules", str(path))
