"""Rows of a statement: a table where it fits, else one block for each row."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.counted import counted
from whodunit.telemetry.store.client import Rows

_GAP = 2


def sql_table(answer: Rows, width: int) -> RenderableType:
    """All rows, drawn for a terminal `width` columns wide."""
    rows = [[cell(value) for value in row] for row in answer.rows]
    body = _table(answer.columns, rows) if _fits(answer.columns, rows, width) else _blocks(answer.columns, rows)
    more = ", more were left out: use LIMIT and WHERE" if answer.truncated else ""
    return Group(body, Text(counted(len(rows), "row") + more, style="dim"))


def cell(value: Any) -> str:
    """A value as text; maps and lists as compact JSON."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fits(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> bool:
    widths = [max(map(len, [name, *values])) for name, *values in zip(columns, *rows, strict=True)]
    return len(columns) == 1 or sum(widths) + _GAP * (len(columns) - 1) <= width


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    for name in columns:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*(Text(value) for value in row))
    return table


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Group:
    return Group(*(part for number, row in enumerate(rows, 1) for part in _block(columns, row, number)))


def _block(columns: Sequence[str], row: Sequence[str], number: int) -> Iterator[RenderableType]:
    yield Text(f"── row {number} ──", style="dim")
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in zip(columns, row, strict=True):
        grid.add_row(Text(name), Text(value))
    yield grid
