"""The tables are stated once; rows agree with them."""

from typing import NamedTuple

import pytest

from whodunit.store import schema
from whodunit.store.rows import LogRow, MetricRow, ResourceRow, SpanRow

ROWS: dict[str, type[NamedTuple]] = {
    "spans": SpanRow,
    "logs": LogRow,
    "metrics": MetricRow,
    "resources": ResourceRow,
}


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
def test_rows_have_the_order_of_the_columns(table: schema.Table) -> None:
    assert [name.rstrip("_") for name in ROWS[table.name]._fields] == [column.name for column in table.columns]
