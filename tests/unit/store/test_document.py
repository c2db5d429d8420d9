"""What docs/store.md says is true: its columns are the tables', its queries run."""

import re
from pathlib import Path

import pytest

from whodunit.store import schema
from whodunit.store.settings import StoreSettings
from whodunit.store.store import Store

DOCUMENT = (Path(__file__).parents[3] / "docs" / "store.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
def test_every_column_is_listed(table: schema.Table) -> None:
    section = DOCUMENT.split(f"### {table.name}\n")[1].split("\n#")[0]
    documented = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section, re.MULTILINE)
    assert documented == [(column.name, column.type) for column in table.columns]


def test_there_are_queries_to_learn_from() -> None:
    assert len(QUERIES) >= 3


@pytest.mark.parametrize("sql", QUERIES)
def test_every_query_runs(store: Store, sql: str) -> None:
    assert store.ask(sql).columns


@pytest.mark.parametrize("name", StoreSettings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    assert f"`{name.upper()}`" in DOCUMENT
