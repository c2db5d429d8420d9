import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.telemetry.duck_store import DuckStore
from tests.unit.views.busy_shop import fill

PAGE = Path(__file__).parents[3] / "docs" / "views.md"
EXAMPLES = re.findall(r"^\$ whodunit (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_has_examples() -> None:
    assert {shlex.split(example)[0] for example in EXAMPLES} == {"map", "metrics", "traces", "trace", "logs", "sql"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_on_the_page_finds_something(store: DuckStore, run: Callable[..., str], example: str) -> None:
    fill(store, minutes=1, dry_from_s=5)
    output = ""
    for command in example.split(" | whodunit "):
        output = run(*shlex.split(command), text=output)
    assert output.strip()
    assert not output.startswith("No ")
