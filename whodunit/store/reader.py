"""One read-only statement, bounded in rows, bytes and time."""

import json
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import singledispatch
from typing import Any

import duckdb

MOST_ROWS = 10_000
MOST_BYTES = 16 << 20
ROWS_AT_ONCE = 256
MOST_REMEMBERED = 256
TIMEOUT_S = 30.0
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


class Refused(Exception):
    """The statement is not one that only reads, or the database does not understand it."""


@dataclass(frozen=True)
class Answer:
    """Columns and rows, each row as JSON already: ten thousand wide ones as Python objects took 60 MB.

    `truncated` when there were more than is allowed.
    """

    columns: list[str]
    encoded: list[bytes]
    truncated: bool

    @property
    def rows(self) -> list[list[Any]]:
        """The rows' values."""
        return [json.loads(row) for row in self.encoded]

    @property
    def json(self) -> bytes:
        """The whole answer."""
        columns, truncated = _encode(self.columns), _encode(self.truncated)
        return b'{"columns":%b,"rows":[%b],"truncated":%b}' % (columns, b",".join(self.encoded), truncated)


@dataclass(frozen=True)
class Reader:
    """Runs statements, each on a connection of its own; safe to call from several threads."""

    connect: Callable[[], duckdb.DuckDBPyConnection]
    most_rows: int = MOST_ROWS
    most_bytes: int = MOST_BYTES
    timeout_s: float = TIMEOUT_S
    _parsed: dict[str, duckdb.Statement] = field(default_factory=dict)

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
        statement = self._statement(connection, sql)
        # What parsing cannot tell (`with x as (delete …)`, `explain analyze insert …`) the transaction refuses.
        connection.execute("begin transaction read only")
        connection.execute(statement, list(parameters))
        columns = [column[0] for column in connection.description or ()]
        return self._fetch(connection, columns)

    def _statement(self, connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
        """Parsed when it is asked for the first time: of the lab's alerts, asked every five seconds, a third of all."""
        statement = self._parsed.get(sql)
        if statement is None:
            if len(self._parsed) >= MOST_REMEMBERED:
                self._parsed.clear()
            statement = self._parsed[sql] = only_reading(connection, sql)
        return statement

    def _fetch(self, connection: duckdb.DuckDBPyConnection, columns: list[str]) -> Answer:
        encoded: list[bytes] = []
        size = 0
        while chunk := connection.fetchmany(ROWS_AT_ONCE):
            for row in chunk:
                if len(encoded) == self.most_rows or size >= self.most_bytes:
                    return Answer(columns, encoded, truncated=True)
                encoded.append(_encode([plain(value) for value in row]))
                size += len(encoded[-1])
        return Answer(columns, encoded, truncated=False)


def _encode(value: object) -> bytes:
    return _JSON.encode(value).encode()


def only_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The statement, parsed; raises `Refused` unless it is a single one of a kind that reads."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in READING:
        raise Refused("Only reading is possible: one SELECT, WITH, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN statement.")
    return statements[0]


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def plain(value: Any) -> Any:
    """A value as JSON: times as ISO-8601 in UTC, intervals in seconds, what is not a number as null."""
    return value if type(value) in _AS_THEY_ARE else _converted(value)


@singledispatch
def _converted(value: Any) -> Any:
    return str(value)


@_converted.register(float)
@_converted.register(Decimal)
def _(value: float | Decimal) -> float | None:
    return float(value) if math.isfinite(value) else None


@_converted.register
def _(value: datetime) -> str:
    return value.isoformat(timespec="microseconds") + "Z"


@_converted.register(date)
@_converted.register(time)
def _(value: date | time) -> str:
    return value.isoformat()


@_converted.register
def _(value: timedelta) -> float:
    return value.total_seconds()


@_converted.register(dict)
def _(value: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): plain(each) for key, each in value.items()}


@_converted.register(list)
@_converted.register(tuple)
def _(value: Sequence[Any]) -> list[Any]:
    return [plain(each) for each in value]


@_converted.register
def _(value: bytes) -> str:
    return value.hex()


def _explained(error: duckdb.Error) -> str:
    if "pytz" in str(error):
        return "A time with a zone cannot be shown; convert it: (… at time zone 'UTC'). now() is in UTC already."
    return str(error)
