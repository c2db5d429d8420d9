"""`whodunit sql "select …"`: rows as a table where it fits, else as one block for each row."""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.counted import counted
from whodunit.errors import WrongUseError
from whodunit.reading import NotTextError, decoded
from whodunit.telemetry.store.client import Rows
from whodunit.views.desk import desk
from whodunit.views.options import AsJson, AsQuery, StoreUrl
from whodunit.views.output import Style, emit

Statement = Annotated[str, typer.Argument(metavar="STATEMENT", help="A query; - reads it from standard input.")]
_GAP = 2


def sql(
    context: typer.Context,
    statement: Statement,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Query the store's tables: spans, logs, metrics and resources. Times are UTC.

    Example: whodunit sql "select service, count(*) from spans group by service"
    """
    query = _typed() if statement == "-" else statement
    with desk(context, store) as at:
        answer = at.store.sql(query)
        emit(
            Style(as_json, as_query),
            query,
            {"columns": answer.columns, "rows": answer.rows, "truncated": answer.truncated},
            lambda screen: sql_table(answer, screen.width),
        )


def _typed() -> str:
    try:
        return decoded(sys.stdin.buffer.read())
    except NotTextError as error:
        raise WrongUseError(f"Standard input: {error}.", "For example: whodunit sql - < query.sql") from error


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
