"""Raw queries of the stack: the answers of its programs as rows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.telemetry.duck_store import MINUTE, NOON
from whodunit.telemetry.languages import Row, jaeger, logql, promql
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.stack.http import Program

TRACES = Path(__file__).with_name("recorded") / "jaeger_trace.json"


def program(data: Any, status: int = 200) -> Program:
    """A program that answers whatever is asked."""
    body = {"data": data} if status == 200 else {"error": data}
    return Program("It", "http://it", httpx.MockTransport(lambda _: httpx.Response(status, json=body)))


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (
            {"resultType": "vector", "result": [{"metric": {"service_name": "order"}, "value": [1, "2"]}]},
            [{"service_name": "order", "value": "2"}],
        ),
        (
            {"resultType": "matrix", "result": [{"metric": {}, "values": [[1, "2"], [2, "3"]]}]},
            [{"value": [[1, "2"], [2, "3"]]}],
        ),
        ({"resultType": "scalar", "result": [1, "7"]}, [{"value": "7"}]),
    ],
)
def test_promql(data: Any, rows: Any) -> None:
    assert promql(program(data), "up") == rows


def test_logql_that_finds_lines() -> None:
    found = {"stream": {"service_name": "order"}, "values": [["17", "Order failed."]]}
    rows = logql(program({"resultType": "streams", "result": [found]}), "{}")
    assert rows == [{"service_name": "order", "time": "17", "value": "Order failed."}]


@pytest.mark.parametrize("ask", [promql, logql])
def test_numbers_over_time_are_told_with_the_step_that_they_are_of(ask: Callable[..., list[Row]]) -> None:
    found = {"metric": {"service_name": "order"}, "values": [[NOON.timestamp(), "2"]]}
    rows = ask(program({"resultType": "matrix", "result": [found]}), "x", MINUTE, 15.0)
    assert rows == [{"service_name": "order", "step": "2026-11-21T12:00:00+00:00", "value": "2"}]


def test_a_window_is_asked_for_in_the_units_of_each_program() -> None:
    asked: list[httpx.QueryParams] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params)
        data = [] if request.url.path == "/api/traces" else {"resultType": "vector", "result": []}
        return httpx.Response(200, json={"data": data})

    it = Program("It", "http://it", httpx.MockTransport(answer))
    promql(it, "up", MINUTE)
    logql(it, "{}", MINUTE)
    jaeger(it, "service=order&limit=3", MINUTE)
    prometheus, loki, jaegers = asked
    assert prometheus["time"] == "1795262460.000"
    assert (loki["start"], loki["end"]) == ("1795262400.000", "1795262460.000")
    assert jaegers == httpx.QueryParams(
        {"limit": "3", "service": "order", "start": "1795262400000000", "end": "1795262460000000", "raw": "true"}
    )


def test_a_search_is_answered_trace_by_trace() -> None:
    traces = json.loads(TRACES.read_text(encoding="utf-8"))["data"]
    [row] = jaeger(program(traces), "service=order")
    assert (row["service"], row["name"], row["duration_s"]) == ("order", "POST /orders", 13.2)


def test_a_trace_without_spans_is_no_row() -> None:
    assert jaeger(program([{"traceID": "1", "spans": [], "processes": {}}]), "service=order") == []


@pytest.mark.parametrize(("typed", "asked_for"), [("service=order", "20"), ("limit=3", "3"), ("limit=5000", "20")])
def test_a_search_finds_no_more_traces_than_are_read(typed: str, asked_for: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.params["limit"] == asked_for
        return httpx.Response(200, json={"data": []})

    assert jaeger(Program("Jaeger", "http://it", httpx.MockTransport(answer)), typed) == []


@pytest.mark.parametrize("limit", ["many", "0", "-1", "²", "9" * 5000])
def test_a_limit_that_is_none_is_refused_in_words(limit: str) -> None:
    with pytest.raises(RefusedQueryError, match="is no number of traces, from 1 to 20"):
        jaeger(program([]), f"service=order&limit={limit}")


def test_a_refusal_is_told_as_the_program_says_it() -> None:
    with pytest.raises(RefusedQueryError, match="parse error"):
        promql(program("parse error", 400), "up{")
