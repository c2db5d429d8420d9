"""Raw queries of the stack: the answers of Prometheus and Loki as rows."""

from typing import Any

import httpx
import pytest

from whodunit.mcp.languages import logql, promql
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.stack.http import Program


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


@pytest.mark.parametrize("labels", ["stream", "metric"])
def test_logql(labels: str) -> None:
    found = {"result": [{labels: {"service_name": "order"}, "values": [["17", "Order failed."]]}]}
    assert logql(program(found), "{}") == [{"service_name": "order", "time": "17", "value": "Order failed."}]


def test_a_refusal_is_told_as_the_program_says_it() -> None:
    with pytest.raises(RefusedQueryError, match="parse error"):
        promql(program("parse error", 400), "up{")
