"""Statements on a node's own lines, and what the database plans to do for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import Any

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import Column, Select, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from kit.engine import is_sqlite
from services.history.schemas import Figure, Group, Row, Sums
from services.history.tables import FIGURES, RANGE, lines

NOT_KEPT: Mapping[str, Any] = {"compiled_cache": None}
"""Of a statement that is never sent again."""


@dataclass(frozen=True)
class Statement:
    """A statement, and its text, which takes a millisecond to make."""

    asked: Select[Any]
    text: str


def _prepared(asked: Select[Any]) -> Statement:
    return Statement(asked, str(asked))


def _summing(figure: Column[int]) -> Select[Any]:
    added = func.count(), func.sum(lines.c.amount_cents), func.min(lines.c.id), func.max(lines.c.id)
    return select(figure, *added).where(_mine).group_by(figure).order_by(figure)


_mine = lines.c.customer_id == bindparam("customer")
_all = _prepared(select(lines).where(_mine))
_sums = {figure.name: _prepared(_summing(figure)) for figure in FIGURES}
_sums_of_a_site = {
    figure.name: _prepared(_summing(figure).where(lines.c.site == bindparam("site"))) for figure in FIGURES
}


@dataclass(frozen=True)
class Work:
    """What a statement took: rows and ranges that it read, its plan in the database's words, its time in seconds."""

    rows: int
    ranges: int
    plan: str
    took_s: float


class Lines:
    """The lines that a node keeps."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._explain = "EXPLAIN QUERY PLAN" if is_sqlite(db.engine) else "EXPLAIN"
        self._asked = count()

    async def sums(self, customer_id: int, figure: Figure, site: int | None) -> tuple[Sums, Work]:
        """A customer's lines added up by the database, those of one site alone unless it is None."""
        statement, values = _sums[figure], {"customer": customer_id}
        if site is not None:
            statement, values = _sums_of_a_site[figure], values | {"site": site}
        rows, plan, took_s = await self._run(statement, values)
        groups = [Group(value=value, lines=number, amount_cents=cents) for value, number, cents, *_ in rows]
        ids = [number for *_, first, last in rows for number in (first, last)]
        return Sums(figure=figure, groups=groups), Work(sum(each.lines for each in groups), _ranges(ids), plan, took_s)

    async def all(self, customer_id: int) -> tuple[Sequence[Row], Work]:
        """A customer's lines as they are."""
        rows, plan, took_s = await self._run(_all, {"customer": customer_id})
        return rows, Work(len(rows), _ranges([row[0] for row in rows]), plan, took_s)

    async def _run(self, statement: Statement, values: Mapping[str, Any]) -> tuple[list[Row], str, float]:
        async with self._db.read() as connection:
            start = perf_counter()
            rows = [tuple(row) for row in await connection.execute(statement.asked, values)]
            took_s = perf_counter() - start
            return rows, await self._plan(connection, statement, values), took_s

    async def _plan(self, connection: AsyncConnection, statement: Statement, values: Mapping[str, Any]) -> str:
        # Asked after the statement, and with a number: SQLite looks for another schema when it reads a table, not when
        # it explains, and it never explains anew what it has explained before.
        wanted = text(f"{self._explain} /* {next(self._asked)} */ {statement.text}")
        with suppress_instrumentation():
            plan = await connection.execute(wanted, values, execution_options=NOT_KEPT)
        return "; ".join(str(row[-1]).strip() for row in plan)


def _ranges(ids: Sequence[int]) -> int:
    return max(ids) // RANGE - min(ids) // RANGE + 1 if ids else 0
