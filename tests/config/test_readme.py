"""What the README promises is there."""

import re
from pathlib import Path

import pytest

from bench.readme import README, with_scenarios
from whodunit.entry.cli import MODULES

TEXT = README.read_text(encoding="utf-8")
MAKEFILE = (README.parent / "Makefile").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"^(?:\. .*&& )?whodunit ([a-z]+)", TEXT, re.MULTILINE)))
TARGETS = sorted(set(re.findall(r"\bmake ([a-z-]+)`", TEXT)) | {"demo"})
LINKS = sorted(set(re.findall(r"\]\(([^)#:]+)\)", TEXT)))


def test_the_table_of_scenarios_is_made_from_their_files() -> None:
    assert with_scenarios(TEXT) == TEXT, "make it anew: python -m bench.readme"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_exists(command: str) -> None:
    assert any(command in commands for commands in MODULES.values())


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_exists_and_explains_itself(target: str) -> None:
    assert re.search(rf"^{target}:.*## .+", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_somewhere(link: str) -> None:
    assert (Path(README).parent / link).exists()


def test_the_readme_names_commands_and_targets_at_all() -> None:
    assert {"up", "down", "scenario", "traces", "audit"} <= set(COMMANDS)
    assert {"test", "bench", "help"} <= set(TARGETS)
