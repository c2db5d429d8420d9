"""The page shows what the command prints."""

from pathlib import Path

from tests.unit.drill.test_measured import DAILY
from whodunit.drill.objectives import bundled
from whodunit.drill.page import table

TABLES = 2
"""On SQLite, and on PostgreSQL."""

PAGE = Path(__file__).parents[3] / "docs" / "drill.md"


def test_the_page_has_every_row_of_each_table() -> None:
    names = [str(name).strip() for name in table([DAILY], bundled()).columns[0].cells]
    shown = [line.split("│")[1].strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "│"]
    assert shown == names * TABLES
