"""A compacted recording answers as the one it was made of, by other ids of spans."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.runs.compacting import compact
from whodunit.runs.parquet import keep
from whodunit.runs.recorded_store import RecordedStore

TRACE = f"{1:032x}"


PARENT, CHILD = "a" * 16, "b" * 16


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A trace of two spans with a log line and an exemplar."""
    store, folder = DuckStore(), tmp_path / "run"
    store.span("pay", "payment", 30, 2.5, span_id=PARENT)
    store.span("charge", "payment", 31, 0.123456789, span_id=CHILD, parent_span_id=PARENT, links=[{"span_id": PARENT}])
    store.log("Too slow.", "payment", 32, "WARN", trace_id=TRACE, span_id=CHILD)
    store.counter("shop.order.results", "order", 5, 100, exemplars=[{"trace_id": TRACE, "span_id": CHILD}])
    folder.mkdir()
    keep(store, at(0), at(60), folder)
    return folder


def asked(folder: Path, sql: str) -> list[list[Any]]:
    with closing(RecordedStore(folder)) as store:
        return [list(row) for row in store.sql(sql).rows]


def test_ids_of_spans_are_new_and_agree_in_every_signal(run: Path, tmp_path: Path) -> None:
    retold = compact(run, tmp_path)
    parent, child = f"{1:016x}", f"{2:016x}"
    spans = asked(tmp_path, "select name, span_id, parent_span_id, trace_id from spans order by start_time")
    assert spans == [["pay", parent, None, TRACE], ["charge", child, parent, TRACE]]
    assert asked(tmp_path, "select links->>'$[0].span_id' from spans where name = 'charge'") == [[parent]]
    assert asked(tmp_path, "select span_id, trace_id from logs") == [[child, TRACE]]
    [[exemplar]] = asked(tmp_path, "select exemplars->>'$[0].span_id' from metrics")
    assert exemplar == child
    assert retold(f"{PARENT} {TRACE} {'c' * 16}") == f"{parent} {TRACE} {'c' * 16}"


@pytest.mark.parametrize("checkout", [Path(__file__).parents[3], Path("/home/somebody/another checkout")])
def test_stack_traces_name_no_folder_of_this_machine(checkout: Path, tmp_path: Path) -> None:
    store, run = DuckStore(), tmp_path / "run"
    stack = f'File "{checkout}/kit/db.py", line 7, and "{sys.base_prefix}/lib/python3/asyncio.py"'
    event = {"name": "exception", "time": "2026-11-21T12:00:31Z", "attributes": {"exception.stacktrace": stack}}
    store.span("pay", "payment", 30, 2.5, events=[event])
    store.log(stack, "payment", 31, attributes={"exception.stacktrace": stack})
    run.mkdir()
    keep(store, at(0), at(60), run)
    compact(run, tmp_path)
    [[told]] = asked(tmp_path, "select events->>'$[0].attributes.\"exception.stacktrace\"' from spans")
    assert asked(tmp_path, "select attributes['exception.stacktrace'] from logs") == [[told]]
    assert asked(tmp_path, "select body from logs") == [[told]]
    assert told == 'File "/srv/whodunit/kit/db.py", line 7, and "/usr/lib/python3/asyncio.py"'


def test_all_else_stays(run: Path, tmp_path: Path) -> None:
    compact(run, tmp_path)
    for sql in (
        "select name, service, start_time, status, attributes, events from spans order by start_time",
        "select time, body, severity, attributes from logs",
        "select time, name, value, attributes from metrics",
        "from resources order by resource_id",
    ):
        assert asked(tmp_path, sql) == asked(run, sql)
    [[duration]] = asked(tmp_path, "select duration_s from spans where name = 'charge'")
    assert duration == pytest.approx(0.123, rel=1e-6)
