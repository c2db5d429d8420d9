"""Queries only read, are bounded, and answer in what JSON can say."""

from collections.abc import Iterator
from typing import Any, cast

import duckdb
import pytest

from whodunit.store import schema
from whodunit.store.reader import Reader, Refused
from whodunit.store.settings import StoreSettings
from whodunit.store.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for all: nothing here can change it, which is the point."""
    store = Store(StoreSettings(store_file=tmp_path_factory.mktemp("store") / "t.duckdb"))
    store.start()
    yield store
    store.stop()


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from spans",
        "with x as (select 1) select * from x",
        "from logs limit 1",
        "describe spans",
        "show tables",
        "summarize metrics",
        "explain select 1",
        "select 1;",
        "select 1 -- ; drop table spans",
    ],
)
def test_reading_is_allowed(store: Store, sql: str) -> None:
    assert store.ask(sql).columns


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "insert into layout values (2)",
        "delete from spans",
        "update layout set version = 2",
        "drop table spans",
        "create table mine (a int)",
        "create temp table mine (a int)",
        "select 1; select 2",
        "with gone as (delete from layout returning *) select * from gone",
        "explain analyze delete from layout",
        "copy spans to 'out.csv'",
        "export database 'out'",
        "attach 'other.duckdb'",
        "install httpfs",
        "load json",
        "set memory_limit = '10GB'",
        "set variable x = 1",
        "pragma memory_limit = '10GB'",
        "call force_checkpoint()",
        "begin transaction",
        "commit",
        "prepare p as select 1",
        "checkpoint",
        "vacuum",
        "select * from read_text('/etc/hostname')",
        "select * from '/etc/hostname'",
        "select * from glob('/*')",
        "selec 1",
        "select * from nothing_of_the_kind",
        "select ?",
    ],
)
def test_anything_else_is_refused_and_changes_nothing(store: Store, sql: str) -> None:
    with pytest.raises(Refused):
        store.ask(sql)
    assert store.ask("select * from layout").rows == [[schema.VERSION]]
    assert len(store.ask("show tables").rows) == len(schema.TABLES) + 2


def test_the_engine_explains(store: Store) -> None:
    with pytest.raises(Refused, match=r'(?s)Table with name span does not exist.*"spans"'):
        store.ask("select * from span")


def test_parameters(store: Store) -> None:
    assert store.ask("select ? + 1, ?::varchar, ?", [1, "it's", None]).rows == [[2, "it's", None]]


def test_rows_are_bounded_without_making_them_all() -> None:
    answer = Reader(duckdb.connect, most_rows=3).run("select * from range(1000000000000)")
    assert answer.rows == [[0], [1], [2]]
    assert answer.truncated


def test_size_is_bounded() -> None:
    answer = Reader(duckdb.connect, most_bytes=250).run("select repeat('x', 96) from range(100)")
    assert (len(answer.rows), answer.truncated) == (3, True)


def test_as_many_rows_as_allowed_are_not_truncated() -> None:
    assert not Reader(duckdb.connect, most_rows=3).run("select * from range(3)").truncated


def test_time_is_bounded() -> None:
    with pytest.raises(Refused, match=r"interrupted after 0\.2 s"):
        Reader(duckdb.connect, timeout_s=0.2).run(
            "select sum(a.range * b.range) from range(10000000) a, range(10000000) b"
        )


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("timestamp '2026-11-21 03:04:05'", "2026-11-21T03:04:05.000000Z"),
        ("date '2026-11-21'", "2026-11-21"),
        ("time '01:02:03'", "01:02:03"),
        ("interval 90 second", 90.0),
        ("1.50::decimal(5, 2)", 1.5),
        ("'nan'::double", None),
        ("'-inf'::double", None),
        ("true", True),
        ("2::hugeint ** 70", 2.0**70),
        ("map {'a': [1, null]}", {"a": [1, None]}),
        ("{'at': timestamp '2026-11-21'}", {"at": "2026-11-21T00:00:00.000000Z"}),
        ("'\\x01\\xff'::blob", "01ff"),
        ("'0ae1c0de-0000-4000-8000-000000000000'::uuid", "0ae1c0de-0000-4000-8000-000000000000"),
        ("null", None),
    ],
)
def test_values_as_json_can_say_them(sql: str, expected: object) -> None:
    assert Reader(duckdb.connect).run(f"select {sql}").rows == [[expected]]


def test_now_is_in_utc_like_every_time_in_the_tables(store: Store) -> None:
    [[seconds]] = store.ask("select epoch(now()) - epoch(current_timestamp)").rows
    assert abs(seconds) < 5


def test_a_time_with_a_zone_is_explained(store: Store) -> None:
    with pytest.raises(Refused, match="at time zone 'UTC'"):
        store.ask("select current_timestamp")


class CountingConnection:
    """A connection that notes what it parses."""

    def __init__(self, parsed: list[str]) -> None:
        self._connection, self._parsed = duckdb.connect(), parsed

    def __enter__(self) -> "CountingConnection":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def extract_statements(self, sql: str) -> list[duckdb.Statement]:
        self._parsed.append(sql)
        return self._connection.extract_statements(sql)


def test_a_statement_that_is_asked_again_is_parsed_once() -> None:
    parsed: list[str] = []
    reader = Reader(lambda: cast("Any", CountingConnection(parsed)))
    assert [reader.run("select 1 + ?", [number]).rows for number in (1, 2)] == [[[2]], [[3]]]
    assert parsed == ["select 1 + ?"]
