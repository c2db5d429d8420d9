"""What the tools about telemetry answer, and what they say about a question that makes no sense."""

from typing import Any
from urllib.parse import quote

import pytest
from mcp import Client
from mcp.server import MCPServer

from tests.unit.mcp.shop import BUY, PAY, TRACE, answer, refusal, server_of, sold_in_a_minute, source_of
from tests.unit.telemetry.duck_store import MINUTE, DuckStore

pytestmark = pytest.mark.anyio

PERIOD = "2026-11-21T12:00:00Z..2026-11-21T12:01:00Z"
SPAN = f"span {TRACE} {PAY}"
LINE = f"log {TRACE} It is late: retrying."


@pytest.fixture(scope="module")
def server() -> MCPServer:
    return server_of(source_of(sold_in_a_minute()))


async def test_an_answer_has_its_window_its_query_and_what_was_left_out(server: MCPServer) -> None:
    found = await answer(server, "search_logs", start="-60s", limit=1)
    assert found["window"] == {"start": "2026-11-21T12:00:00.000Z", "end": "2026-11-21T12:01:00.000Z"}
    assert "FROM logs" in found["query"]
    assert (found["total"], found["truncated"], found["left_out"]) == (2, True, 1)
    assert [row["body"] for row in found["rows"]] == ["Without a trace."]
    assert found["evidence_id"] is None
    after = await answer(server, "search_logs", start="-60s", limit=1, cursor=found["next_cursor"])
    assert [row["evidence_id"] for row in after["rows"]] == [LINE]
    assert (after["evidence_id"], after["truncated"], after["next_cursor"]) == (LINE, False, None)


async def test_the_overview_has_services_edges_and_gaps(server: MCPServer) -> None:
    found = await answer(server, "overview", start="-60s")
    assert [(row["service"], row["error_ratio"]) for row in found["rows"]] == [("payment", 1), ("frontend", 0)]
    assert {(edge["caller"], edge["callee"]) for edge in found["edges"]} >= {("frontend", "payment")}
    assert {gap["service"]: gap["is_called"] for gap in found["gaps"]} == {"frontend": True}
    assert found["evidence_id"] == f"metric http.server.request.duration{{service=payment}} p95 {PERIOD}"


async def test_a_trace_is_found_by_the_span_that_matters(server: MCPServer) -> None:
    found = await answer(
        server, "search_traces", status="error", min_duration="1s", attributes={"shop.order.id": "o-1"}
    )
    [row] = found["rows"]
    assert (row["trace_id"], row["name"], row["errors"]) == (TRACE, "buy", 2)
    assert row["matched"] == {
        "service": "payment",
        "name": "pay",
        "duration_s": 1.2,
        "status": "error",
        "error": "Too slow",
    }
    assert (row["evidence_id"], found["evidence_id"]) == (SPAN, SPAN)
    called = await answer(server, "search_traces", peer="payment")
    assert called["rows"][0]["matched"]["service"] == "frontend"


async def test_a_trace_is_told_depth_first(server: MCPServer) -> None:
    found = await answer(server, "get_trace", trace_id=TRACE[:6], logs=True)
    assert found["trace_id"] == TRACE
    rows = {row["path"]: row for row in found["rows"]}
    assert list(rows) == ["1", "1.1", "1.1.1", "1.1.1.1"]
    assert (rows["1"]["self_s"], rows["1"]["critical"], rows["1"]["id"]) == (0.4, True, BUY)
    assert (rows["1.1.1"]["error"], rows["1.1.1"]["self_s"]) == ("Too slow", 0.9)
    assert (rows["1.1.1.1"]["times"], rows["1.1.1.1"]["db.query.text"]) == (6, "SELECT 1")
    assert "attributes" not in rows["1.1.1"]
    assert [line["body"] for line in found["logs"]] == ["It is late: retrying."]
    assert found["evidence_id"] == SPAN


async def test_a_trace_that_is_incomplete_or_came_twice_says_so_and_counts_once() -> None:
    store = DuckStore()
    for _ in range(2):
        store.span("buy", "frontend", 1, 2, span_id=BUY)
    store.span("pay", "payment", 2, 1, span_id=PAY, parent_span_id="e" * 16)
    found = await answer(server_of(source_of(store)), "get_trace", trace_id=TRACE)
    assert [(row["path"], row["name"]) for row in found["rows"]] == [("1", "buy"), ("2.1", "pay")]
    assert found["incomplete"].startswith("1 span whose parents are not here")


async def test_log_lines_of_a_trace_leave_room_for_its_spans_and_say_what_is_missing() -> None:
    store = DuckStore()
    store.span("buy", "frontend", 1, 2, span_id=BUY)
    for second in range(80):
        store.log(f"{second} {'x' * 400}", "frontend", 1 + second / 40, trace_id=TRACE)
    found = await answer(server_of(source_of(store)), "get_trace", trace_id=TRACE, logs=True)
    lines = found["logs"]
    assert lines[-1]["body"].startswith("79 x")
    assert lines[-1]["body"].endswith("… (83 more characters)")
    assert (found["older_logs_left_out"], len(found["rows"])) == (80 - len(lines), 1)
    searched = await answer(server_of(source_of(store)), "search_logs", trace_id=TRACE)
    assert searched["rows"][0]["body"].endswith("… (3 more characters)")


async def test_chosen_spans_are_told_whole(server: MCPServer) -> None:
    found = await answer(server, "get_trace", trace_id=TRACE, span_ids=[PAY])
    [row] = found["rows"]
    assert (row["path"], row["attributes"], row["events"]) == ("1.1.1", {"shop.order.id": "o-1"}, [])
    shallow = await answer(server, "get_trace", trace_id=TRACE, depth=2)
    assert [each["path"] for each in shallow["rows"]] == ["1", "1.1"]


async def test_metrics_are_listed_with_what_can_be_asked(server: MCPServer) -> None:
    found = await answer(server, "list_metrics", search="ORDER", service="order")
    assert [(row["name"], row["kind"]) for row in found["rows"]] == [
        ("shop.order.results", "counter"),
        ("shop.order.stuck", "gauge"),
    ]
    assert found["rows"][0]["attributes"] == ["shop.outcome"]


async def test_each_series_of_a_metric_can_be_cited(server: MCPServer) -> None:
    found = await answer(
        server, "query_metric", name="shop.order.results", statistic="rate", by=["shop.outcome"], start="-60s"
    )
    assert [row["attributes"] for row in found["rows"]] == [{"shop.outcome": "completed"}, {"shop.outcome": "failed"}]
    assert found["rows"][1]["values"][:3] == [None, 1, 1]
    assert found["rows"][1]["evidence_id"] == f"metric shop.order.results{{shop.outcome=failed}} rate {PERIOD}"
    assert (found["unit"], found["step_s"]) == ("/s", 5)
    of_one = await answer(
        server, "query_metric", name="shop.payment.duration", statistic="p95", where={"service": "payment"}
    )
    assert of_one["evidence_id"].startswith("metric shop.payment.duration{service=payment} p95 2026-11-21T11:46:00Z")


async def test_a_trend_is_drawn_on(server: MCPServer) -> None:
    found = await answer(
        server, "query_metric", name="shop.order.stuck", statistic="value", start="-60s", horizon="60s"
    )
    drawn = found["rows"][0]["forecast"]
    assert (drawn["is_trend"], drawn["at"]) == (True, "2026-11-21T12:02:00.000Z")
    assert drawn["value"] == pytest.approx(120, abs=5)
    short = await answer(
        server, "query_metric", name="shop.order.stuck", statistic="value", start="-20s", horizon="60s"
    )
    assert short["rows"][0]["forecast"].startswith("refused: ")


async def test_patterns_of_two_windows_are_set_side_by_side(server: MCPServer) -> None:
    found = await answer(server, "log_patterns", before="-60s..-50s", after="-50s..-40s", service="payment")
    assert {(row["change"], row["template"]) for row in found["rows"]} == {
        ("new", "It is late: retrying."),
        ("new", "Without a trace."),
    }
    assert found["evidence_id"] == LINE


async def test_two_windows_are_compared() -> None:
    store = DuckStore()
    for second, release in ((5, "1.0"), (35, "1.1")):
        store.log("The service starts.", "order", second, release=release)
    found = await answer(server_of(source_of(store)), "compare", before="-60s..-30s", after="-30s..now")
    [row] = [row for row in found["rows"] if row["kind"] == "release"]
    assert (row["component"], row["before"], row["after"]) == ("order", "1.0", "1.1")
    assert found["before"] == {"start": "2026-11-21T12:00:00.000Z", "end": "2026-11-21T12:00:30.000Z"}


async def test_a_raw_query_is_answered_as_it_is(server: MCPServer) -> None:
    text = "select trace_id, span_id, name from spans where name = 'pay'"
    found = await answer(server, "query", language="sql", text=text)
    assert (found["rows"], found["query"]) == ([{"trace_id": TRACE, "span_id": PAY, "name": "pay"}], text)
    assert found["evidence_id"] == SPAN


async def test_a_raw_query_without_rows_is_helped_in_its_own_language() -> None:
    languages: dict[str, Any] = {name: lambda _: [] for name in ("sql", "promql", "logql", "jaeger")}
    server = server_of(source_of(DuckStore(), languages=languages))
    hints = {name: (await answer(server, "query", language=name, text="any"))["hint"] for name in languages}
    assert "describe a table" in hints["sql"]
    assert "count by (__name__)" in hints["promql"]
    assert "{service_name=~" in hints["logql"]
    assert "service=order" in hints["jaeger"]


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("search_logs", {"service": "paymnt"}, "There is no service 'paymnt'. There are: frontend, order, payment."),
        ("search_logs", {"severity": "bad"}, "severity: Input should be 'DEBUG', 'INFO', 'WARN', 'ERROR' or 'FATAL'."),
        ("search_logs", {"last": "5m"}, "search_logs has no argument 'last'. It has: service, severity, contains"),
        ("search_logs", {"start": "yesterday"}, "Write RFC 3339"),
        ("search_logs", {"start": "2026-11-21T12:00:00"}, "has no offset from UTC"),
        ("search_logs", {"start": "-1m", "end": "-2m"}, "ends before it begins"),
        ("search_logs", {"cursor": "1.2"}, "Repeat the next_cursor"),
        ("search_traces", {"min_duration": "5"}, "750ms"),
        ("get_trace", {"trace_id": "f" * 32}, "search_traces and search_logs give trace ids"),
        ("get_trace", {"trace_id": TRACE, "span_ids": ["f" * 16]}, "None of these spans"),
        ("query_metric", {"name": "order.result", "statistic": "rate"}, "There are: shop.order.results."),
        ("query_metric", {"name": "shop.order.results", "statistic": "p95"}, "It has: rate, increase."),
        ("query_metric", {"name": "shop.payment.duration", "statistic": "value"}, "p95 (any percentile), mean, rate"),
        (
            "query_metric",
            {"name": "shop.order.results", "statistic": "rate", "by": ["outcome"]},
            "has no attribute outcome. It has: service, service.version, shop.outcome",
        ),
        ("query_metric", {"name": "shop.order.results", "statistic": "rate", "step": "1s"}, "15s or more"),
        ("compare", {"before": "-2m", "after": "-1m..now"}, "Write START..END"),
        ("query", {"language": "promql", "text": "up"}, "It speaks: sql."),
        ("query", {"language": "sql", "text": "select nothing"}, "The query is refused: "),
        ("incident", {}, "The shop is not running. Start it: whodunit up"),
    ],
)
async def test_a_wrong_question_is_told_what_would_be_right(
    server: MCPServer, tool: str, arguments: dict[str, Any], told: str
) -> None:
    assert told in await refusal(server, tool, **arguments)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("overview", {}),
        ("search_traces", {"service": "order"}),
        ("search_logs", {"contains": "no such text"}),
        ("list_metrics", {"search": "no such name"}),
        ("log_patterns", {"before": "-4m..-3m", "after": "-3m..-2m"}),
        ("compare", {"before": "-4m..-3m", "after": "-3m..-2m"}),
        ("query", {"language": "sql", "text": "select 1 where false"}),
    ],
)
async def test_an_empty_answer_says_what_to_try(server: MCPServer, tool: str, arguments: dict[str, Any]) -> None:
    window = {} if tool in ("query", "log_patterns", "compare") else {"start": "-20m", "end": "-10m"}
    found = await answer(server, tool, **arguments, **window)
    assert found["rows"] == []
    assert found["hint"]


async def test_a_recording_is_looked_at_as_a_whole_unless_told_otherwise() -> None:
    found = await answer(server_of(source_of(sold_in_a_minute(), mode="replay", recorded=MINUTE)), "search_logs")
    assert found["window"] == {"start": "2026-11-21T12:00:00.000Z", "end": "2026-11-21T12:01:00.000Z"}


@pytest.mark.parametrize(
    ("evidence_id", "shows"),
    [
        (SPAN, "Too slow"),
        (LINE, '"severity":"WARN"'),
        (f"metric shop.order.results{{shop.outcome=failed}} rate {PERIOD}", '"value":0.91667'),
    ],
)
async def test_evidence_is_looked_up_again(server: MCPServer, evidence_id: str, shows: str) -> None:
    async with Client(server) as client:
        [found] = (await client.read_resource(f"evidence://{quote(evidence_id)}")).contents
    assert shows in found.text  # type: ignore[union-attr]


async def test_a_runbook_is_read(server: MCPServer) -> None:
    async with Client(server) as client:
        [page] = (await client.read_resource("runbook://ShopUnreachable")).contents
    assert page.text.startswith("# ShopUnreachable")  # type: ignore[union-attr]


async def test_a_series_without_the_attribute_is_not_cited_as_all() -> None:
    store = DuckStore()
    for second in range(5, 60, 5):
        store.counter("shop.order.results", "order", second, 50)
        store.counter("shop.order.results", "order", second, 5, attributes={"error.type": "timeout"})
    found = await answer(
        server_of(source_of(store)), "query_metric", name="shop.order.results", statistic="rate", by=["error.type"]
    )
    assert [(row["attributes"], row["evidence_id"] is None) for row in found["rows"]] == [
        ({}, True),
        ({"error.type": "timeout"}, False),
    ]


async def test_the_highest_series_are_shown_and_the_others_counted() -> None:
    store = DuckStore()
    for number in range(14):
        store.gauge("shop.order.stuck", "order", 30, number, attributes={"shop.place": str(number)})
    found = await answer(
        server_of(source_of(store)), "query_metric", name="shop.order.stuck", statistic="max", by=["shop.place"]
    )
    assert [row["attributes"]["shop.place"] for row in found["rows"]] == [str(number) for number in range(13, 3, -1)]
    assert (found["total"], found["left_out"], found["truncated"]) == (14, 4, True)
    assert found["hint"].startswith("4 series")
