"""Spans tell who called whom, and what each did by itself."""

import pytest

from tests.unit.compare.shop import BEFORE
from tests.unit.telemetry.duck_store import DuckStore
from whodunit.compare.gathering import every_span
from whodunit.compare.two_traces import side_by_side
from whodunit.compare.work import Call, Work
from whodunit.telemetry.questions import SpanQuery
from whodunit.telemetry.store.adapter import StoreTelemetry


@pytest.fixture
def store() -> DuckStore:
    return DuckStore()


def work(store: DuckStore) -> Work:
    return Work(every_span(StoreTelemetry(store), SpanQuery(), BEFORE).items)


def own_s(store: DuckStore, name: str) -> float:
    return next(each.own_s for each in work(store).operations if each.name == name)


def call(store: DuckStore) -> Call:
    (found,) = work(store).calls
    return found


def test_own_time_is_before_between_and_after_the_spans_below(store: DuckStore) -> None:
    page = store.span("page", "frontend", 0, 10, kind="server")
    store.span("a", "frontend", 1, 2, kind="client", parent_span_id=page)
    store.span("b", "frontend", 5, 3, kind="client", parent_span_id=page)
    assert own_s(store, "page") == pytest.approx(1 + 2 + 2)


def test_spans_below_that_run_together_count_once_and_none_beyond_the_end(store: DuckStore) -> None:
    page = store.span("page", "frontend", 0, 10, kind="server")
    for start_s, duration_s in ((2, 4), (3, 1), (5, 3), (9, 5)):
        store.span("call", "frontend", start_s, duration_s, kind="client", parent_span_id=page)
    assert own_s(store, "page") == pytest.approx(2 + 1)


def test_a_failure_begins_where_nothing_below_failed(store: DuckStore) -> None:
    page = store.span("page", "frontend", 0, 10, kind="server", status="error")
    work_ = store.span("work", "frontend", 1, 5, parent_span_id=page, status="error")
    store.span("fine", "frontend", 2, 1, parent_span_id=work_)
    assert [each.name for each in work(store).operations if each.is_origin] == ["work"]


def test_a_call_is_named_by_who_answers_and_what_the_answer_does_not_explain_is_the_way(store: DuckStore) -> None:
    about = {"service.peer.name": "another", "shop.outbound.connection.wait_time": "0.5"}
    span = store.span("POST", "frontend", 0, 10, kind="client", attributes=about)
    store.span("POST /orders", "order", 3, 6, kind="server", parent_span_id=span)
    found = call(store)
    assert found.edge == "frontend → order POST /orders"
    assert found.on_the_way_s == pytest.approx(3.5)
    assert found.own_wait_s == 0.5


@pytest.mark.parametrize(
    ("status", "answered", "is_origin"), [("error", False, True), ("error", True, False), ("unset", False, False)]
)
def test_a_failed_call_begins_with_the_callee_if_it_did_not_answer(
    store: DuckStore, status: str, answered: bool, is_origin: bool
) -> None:
    about = {"service.peer.name": "order"}
    span = store.span("POST", "frontend", 0, 10, kind="client", status=status, attributes=about)
    if answered:
        store.span("POST /orders", "order", 3, 6, kind="server", parent_span_id=span)
    assert call(store).is_origin is is_origin


def test_a_request_is_the_span_that_answers_or_the_first_of_a_job(store: DuckStore) -> None:
    job = store.span("clean up", "order", 0, 10)
    step = store.span("step", "order", 1, 8, parent_span_id=job)
    span = store.span("POST", "order", 2, 5, kind="client", parent_span_id=step, attributes={"service.peer.name": "x"})
    answer = store.span("POST /x", "x", 3, 3, kind="server", parent_span_id=span)
    inner = store.span("inner", "x", 4, 1, parent_span_id=answer)
    store.span("SELECT", "x", 4, 1, kind="client", parent_span_id=inner, attributes={"db.system.name": "sqlite"})
    assert [(each.span.name, each.request.name) for each in work(store).calls] == [
        ("POST", "clean up"), ("SELECT", "POST /x"),
    ]  # fmt: skip
    assert [each.name for each in work(store).requests] == ["clean up", "POST /x"]
    assert [each.name for each in work(store).entries] == ["clean up"]


def test_paths_of_two_traces_hang_below_each_other(store: DuckStore) -> None:
    one, other = {"trace_id": "a" * 32}, {"trace_id": "b" * 32}
    for trace, works_s in ((one, [2]), (other, [3, 4])):
        page = store.span("page", "frontend", 0, 10, kind="server", **trace)
        for each_s in works_s:
            store.span("work", "frontend", 1, each_s, parent_span_id=page, **trace)
    store.span("more", "frontend", 6, 1, parent_span_id=page, status="error", **other)
    spans = [StoreTelemetry(store).trace(trace["trace_id"]).sample for trace in (one, other)]
    found = side_by_side(*spans)
    assert [(step.depth, step.name) for step in found] == [(0, "page"), (1, "work"), (1, "more")]
    assert [step.one.count if step.one else None for step in found] == [1, 1, None]
    assert [step.other.count if step.other else None for step in found] == [1, 2, 1]
    assert found[1].more_s == pytest.approx(3 + 4 - 2)
    assert found[2].other is not None
    assert found[2].other.errors == 1


def test_spans_that_are_each_others_ancestors_end_a_line(store: DuckStore) -> None:
    for own, parent in ("ab", "ba", "cc"):
        store.span(own, "order", 1, 1, span_id=own * 16, parent_span_id=parent * 16)
    found = work(store)
    assert {span.name: [each.name for each in found.line(span)] for span in found.spans} == {
        "a": ["b", "a"],
        "b": ["a", "b"],
        "c": ["c"],
    }
    assert {span.name for span in found.requests} <= {"a", "b", "c"}
