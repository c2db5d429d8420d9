"""A recording in memory, asked like the store that it came from."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from whodunit.errors import WrongUseError
from whodunit.runs.loading import fill
from whodunit.runs.parquet import is_complete
from whodunit.store import increases, schema
from whodunit.store.reader import plain
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.store.client import Rows

AGAIN = "Copy it again from where it came from, or record another: whodunit record SLUG"


class RecordedStore:
    """Implements `whodunit.telemetry.store.adapter.SqlStore`."""

    def __init__(self, folder: Path) -> None:
        """Read all of it; raises WrongUseError when the folder holds no recording that can be read."""
        if not is_complete(folder):
            raise no_recording(folder)
        self._connection = duckdb.connect(config={"threads": "1"})
        try:
            self._connection.execute("set global TimeZone = 'UTC'")
            for statement in schema.creation():
                self._connection.execute(statement)
            fill(self._connection, folder)
            if not self._connection.execute(f"from metrics where {increases.CUMULATIVE} limit 1").fetchall():
                self._connection.execute(increases.WITHOUT_TOTALS)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise WrongUseError(f"The recording in {folder} cannot be read: {reason}", AGAIN) from error
        self._known: dict[tuple[object, ...], Rows] = {}

    def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:
        """See `SqlStore`; a recording does not change, so the same question is asked of the database once."""
        question = (sql, *parameters)
        if question not in self._known:
            self._known[question] = self._ask(sql, parameters)
        return self._known[question]

    def _ask(self, sql: str, parameters: Sequence[object]) -> Rows:
        try:
            self._connection.execute(sql, list(parameters))
            columns = [column[0] for column in self._connection.description or ()]
            return Rows(columns, [[plain(value) for value in row] for row in self._connection.fetchall()])
        except duckdb.Error as error:
            raise RefusedQueryError(str(error)) from error

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()


def no_recording(folder: Path) -> WrongUseError:
    """There is no telemetry in that folder."""
    return WrongUseError(
        f"{folder} holds no recording: spans.parquet and its like are missing.",
        "Runs in lite mode leave one: whodunit scenario verify SLUG",
    )
