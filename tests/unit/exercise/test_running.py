"""A database that nobody else can use meanwhile."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from whodunit.errors import LabError
from whodunit.exercise.running import locked

WRITE = "CREATE TABLE IF NOT EXISTS written (at TEXT)"


def test_nobody_else_writes_while_it_is_locked(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "app.db", 0)) as other:
        with locked(tmp_path / "app.db"), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute(WRITE)
        other.execute(WRITE)


def test_who_does_not_let_go_of_it_is_told(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "app.db", isolation_level=None)) as other:
        other.execute(WRITE)
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(LabError, match="does not let go of its database between requests") as error,
            locked(tmp_path / "app.db"),
        ):
            pass
    assert "End each transaction" in error.value.hint
