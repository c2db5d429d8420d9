"""One read-only statement, bounded in rows and time."""

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import singledispatch
from typing import Any

import duckdb

MOST_ROWS = 10_000
TIMEOUT_S = 30.0
READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


class Refused(Exception):
    """The statement is not one that only reads, or the database does not understand it."""


@dataclass(frozen=True)
class Answer:
    """Columns and rows, of values that JSON can say; `truncated` when there were more rows than allowed."""

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool


@dataclass(frozen=True)
class Reader:
    """Runs statements, each on a connection of its own; safe to call from several threads."""

    connect: Callable[[], duckdb.DuckDBPyConnection]
    most_rows: int = MOST_ROWS
    timeout_s: float = TIMEOUT_S

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> Answer:
        """The answer to one statement. Raises `Refused`, in the engine's words where it has some."""
        with self.connect() as connection:
            deadline = threading.Timer(self.timeout_s, connection.interrupt)
            deadline.start()
            try:
                return self._ask(connection, sql, parameters)
            except duckdb.InterruptException:
                raise Refused(f"The statement was interrupted after {self.timeout_s:g} s.") from None
            except duckdb.Error as error:
                raise Refused(_explained(error)) from error
            finally:
                deadline.cancel()

    def _ask(self, connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any]) -> Answer:
        only_reading(connection, sql)
        # What parsing cannot tell (`with x as (delete …)`, `explain analyze insert …`) the transaction refuses.
        connection.execute("begin transaction read only")
        connection.execute(sql, list(parameters))
        columns = [column[0] for column in connection.description or ()]
        rows = connection.fetchmany(self.most_rows + 1)
        kept = [[plain(value) for value in row] for row in rows[: self.most_rows]]
        return Answer(columns, kept, len(rows) > self.most_rows)


def only_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise `Refused` unless `sql` is a single statement of a kind that reads."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in READING:
        raise Refused("Only reading is possible: one SELECT, WITH, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN statement.")


@singledispatch
def plain(value: Any) -> Any:
    """A value as JSON can say it: times as ISO-8601 in UTC, intervals in seconds, what is not a number as null."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)


@plain.register(float)
@plain.register(Decimal)
def _(value: float | Decimal) -> float | None:
    return float(value) if math.isfinite(value) else None


@plain.register
def _(value: datetime) -> str:
    return value.isoformat(timespec="microseconds") + "Z"


@plain.register(date)
@plain.register(time)
def _(value: date | time) -> str:
    return value.isoformat()


@plain.register
def _(value: timedelta) -> float:
    return value.total_seconds()


@plain.register(dict)
def _(value: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): plain(each) for key, each in value.items()}


@plain.register(list)
@plain.register(tuple)
def _(value: Sequence[Any]) -> list[Any]:
    return [plain(each) for each in value]


@plain.register
def _(value: bytes) -> str:
    return value.hex()


def _explained(error: duckdb.Error) -> str:
    if "pytz" in str(error):
        return "A time with a zone cannot be shown; convert it: (… at time zone 'UTC'). now() is in UTC already."
    return str(error)
