"""Every command that a page shows is one that `whodunit` takes: readers copy them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from whodunit.entry.cli import build

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs/**/*.md", "scenarios/*/README.md", "exercises/*/README.md")
PAGES = [ROOT / "README.md", *(page for pattern in FOLDERS for page in ROOT.glob(pattern))]
IN_PROSE = re.compile(r"`(whodunit [^`\[…]+)`")
IN_A_BLOCK = re.compile(r"^(?:\$ |docker compose exec lab )?(whodunit [^\n#|─]+)", re.MULTILINE)
MANY = 80
"""So many different ones are shown at least; fewer mean that the search has gone blind."""


def shown(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    prose, blocks = IN_PROSE.findall(text), IN_A_BLOCK.findall(text)
    yield from (" ".join(command.split()) for command in [*prose, *blocks] if command.count('"') % 2 == 0)


COMMANDS = sorted({command for page in PAGES for command in shown(page)})


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_on_a_page_can_be_typed(command: str) -> None:
    words = shlex.split(command)[1:]
    result = CliRunner().invoke(build(words), [*words, "--help"])  # options are read, and nothing is done
    assert result.exit_code == 0, result.output


def test_pages_show_commands_at_all() -> None:
    assert len(COMMANDS) > MANY
