"""Each signal, from OTLP's message to what SQL shows."""

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]

from whodunit.store.attributes import Resources
from whodunit.store.otlp import SIGNALS
from whodunit.store.rows import LogRow, SpanRow
from whodunit.store.store import Store

TRACES, LOGS, METRICS = SIGNALS
AT = 1_790_000_000_000_000_000  # 2026-09-21T14:13:20Z
RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "payment"}}]}
ROUTE = [{"key": "http.route", "value": {"stringValue": "/payments"}}]
SIZE = [{"key": "size", "value": {"intValue": 7}}]
TRACE_ID = "0102030405060708090a0b0c0d0e0f10"
IDS = {"traceId": "AQIDBAUGBwgJCgsMDQ4PEA==", "spanId": "AQIDBAUGBwg="}  # protobuf's JSON has bytes in base64
SCOPE = {"name": "shop"}


def stored(store: Store, signal: Any, message: dict[str, Any], sql: str) -> list[dict[str, Any]]:
    batch = signal.decode(ParseDict(message, signal.request()), Resources())
    store.put(batch).result(timeout=10)
    answer = store.ask(sql)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def spans(*each: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": RESOURCE, "scopeSpans": [{"scope": SCOPE, "spans": list(each)}]}]}


def logs(*each: dict[str, Any]) -> dict[str, Any]:
    return {"resourceLogs": [{"resource": RESOURCE, "scopeLogs": [{"scope": SCOPE, "logRecords": list(each)}]}]}


def metrics(*each: dict[str, Any]) -> dict[str, Any]:
    return {"resourceMetrics": [{"resource": RESOURCE, "scopeMetrics": [{"scope": SCOPE, "metrics": list(each)}]}]}


def test_a_span(store: Store) -> None:
    span = {
        **IDS,
        "parentSpanId": "CAcGBQQDAgE=",
        "name": "POST /payments",
        "kind": "SPAN_KIND_SERVER",
        "startTimeUnixNano": AT,
        "endTimeUnixNano": AT + 1_500_000_000,
        "attributes": [*ROUTE, {"key": "http.response.status_code", "value": {"intValue": 500}}],
        "status": {"code": "STATUS_CODE_ERROR", "message": "no connection"},
        "events": [{"name": "exception", "timeUnixNano": AT + 1000, "attributes": SIZE}],
        "links": [{**IDS, "attributes": SIZE}, {**IDS, "flags": 0x100}, {**IDS, "flags": 0x301}],
    }
    [row] = stored(store, TRACES, spans(span), "select * exclude (resource_id) from spans")
    assert row == {
        "trace_id": TRACE_ID,
        "span_id": "0102030405060708",
        "parent_span_id": "0807060504030201",
        "service": "payment",
        "name": "POST /payments",
        "kind": "server",
        "start_time": "2026-09-21T14:13:20.000000Z",
        "duration_s": 1.5,
        "status": "error",
        "status_message": "no connection",
        "attributes": {"http.route": "/payments", "http.response.status_code": "500"},
        "attribute_types": {"http.response.status_code": "int"},
        "events": '[{"name": "exception", "time": "2026-09-21T14:13:20.000001Z", "attributes": {"size": 7}}]',
        "links": "["
        f'{{"trace_id": "{TRACE_ID}", "span_id": "0102030405060708", "attributes": {{"size": 7}}}}, '
        f'{{"trace_id": "{TRACE_ID}", "span_id": "0102030405060708", "attributes": {{}}, "is_remote": false}}, '
        f'{{"trace_id": "{TRACE_ID}", "span_id": "0102030405060708", "attributes": {{}}, "is_remote": true}}]',
        "scope": "shop",
    }


def test_a_span_that_says_little(store: Store) -> None:
    columns = "parent_span_id, kind, status, attributes, events, links, duration_s"
    [row] = stored(store, TRACES, spans({**IDS, "name": "root"}), f"select {columns} from spans")
    assert row == {
        "parent_span_id": None,
        "kind": "internal",
        "status": "unset",
        "attributes": {},
        "events": "[]",
        "links": "[]",
        "duration_s": 0,
    }


def test_a_log_record(store: Store) -> None:
    record = {
        **IDS,
        "timeUnixNano": AT,
        "severityNumber": 17,
        "body": {"stringValue": "Database connection timeout"},
        "eventName": "timeout",
        "attributes": ROUTE,
    }
    [row] = stored(store, LOGS, logs(record), "select * exclude (resource_id) from logs")
    assert row == {
        "time": "2026-09-21T14:13:20.000000Z",
        "service": "payment",
        "severity": "ERROR",
        "severity_number": 17,
        "body": "Database connection timeout",
        "event_name": "timeout",
        "trace_id": TRACE_ID,
        "span_id": "0102030405060708",
        "attributes": {"http.route": "/payments"},
        "attribute_types": {},
        "scope": "shop",
    }


def test_severities_and_missing_times(store: Store) -> None:
    records: list[dict[str, Any]] = [
        *({"observedTimeUnixNano": AT, "severityNumber": n} for n in (1, 5, 9, 12, 13, 24)),
        {"observedTimeUnixNano": AT, "severityText": "WARNING"},
        {"observedTimeUnixNano": AT, "severityText": "strange"},
    ]
    rows = stored(store, LOGS, logs(*records), "select severity, time, trace_id from logs")
    names = ["TRACE", "DEBUG", "INFO", "INFO", "WARN", "FATAL", "WARN", "INFO"]
    assert [row["severity"] for row in rows] == names
    assert {row["time"] for row in rows} == {"2026-09-21T14:13:20.000000Z"}
    assert {row["trace_id"] for row in rows} == {None}


def test_a_counter_and_a_gauge(store: Store) -> None:
    counter = {
        "name": "shop.payment.results",
        "unit": "{payment}",
        "sum": {
            "aggregationTemporality": "AGGREGATION_TEMPORALITY_DELTA",
            "isMonotonic": True,
            "dataPoints": [{"asInt": 3, "timeUnixNano": AT, "startTimeUnixNano": AT - 5000, "attributes": ROUTE}],
        },
    }
    no_value = {"asInt": 3, "timeUnixNano": AT, "flags": 1}
    gauge = {"name": "shop.order.stuck", "gauge": {"dataPoints": [{"asDouble": 0.5, "timeUnixNano": AT}, no_value]}}
    columns = "name, unit, type, temporality, monotonic, attributes, value, start_time, count, bounds"
    rows = stored(store, METRICS, metrics(counter, gauge), f"select {columns} from metrics order by value desc")
    assert [list(row.values()) for row in rows] == [
        [
            "shop.payment.results",
            "{payment}",
            "sum",
            "delta",
            True,
            {"http.route": "/payments"},
            3.0,
            "2026-09-21T14:13:19.999995Z",
            None,
            None,
        ],
        ["shop.order.stuck", "", "gauge", None, False, {}, 0.5, None, None, None],
        ["shop.order.stuck", "", "gauge", None, False, {}, None, None, None, None],
    ]


def test_a_histogram_with_its_exemplar(store: Store) -> None:
    point = {
        "timeUnixNano": AT,
        "count": 3,
        "sum": 11.5,
        "min": 0.5,
        "max": 10,
        "explicitBounds": [1, 5],
        "bucketCounts": [2, 0, 1],
        "exemplars": [{**IDS, "asDouble": 10, "timeUnixNano": AT}],
    }
    histogram = {
        "name": "shop.payment.duration",
        "unit": "s",
        "histogram": {"aggregationTemporality": "AGGREGATION_TEMPORALITY_CUMULATIVE", "dataPoints": [point]},
    }
    columns = "type, temporality, value, count, sum, min, max, bounds, bucket_counts, exemplars"
    [row] = stored(store, METRICS, metrics(histogram), f"select {columns} from metrics")
    exemplar = (
        f'[{{"value": 10.0, "time": "2026-09-21T14:13:20.000000Z", '
        f'"trace_id": "{TRACE_ID}", "span_id": "0102030405060708"}}]'
    )
    assert list(row.values()) == ["histogram", "cumulative", None, 3, 11.5, 0.5, 10, [1, 5], [2, 0, 1], exemplar]


def test_an_exponential_histogram_gets_its_bounds(store: Store) -> None:
    positive = {"offset": 1, "bucketCounts": [4, 5]}
    point = {"timeUnixNano": AT, "count": 12, "scale": 0, "zeroCount": 3, "positive": positive}
    metric = {"name": "h", "exponentialHistogram": {"aggregationTemporality": 1, "dataPoints": [point]}}
    [row] = stored(store, METRICS, metrics(metric), "select type, count, sum, bounds, bucket_counts from metrics")
    assert list(row.values()) == ["histogram", 12, None, [2, 4, 8], [3, 4, 5, 0]]


POINT = {"timeUnixNano": AT}
DELTA: dict[str, Any] = {"aggregationTemporality": 1}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"summary": {"dataPoints": [POINT]}}, "summaries"),
        ({"sum": {"dataPoints": [POINT]}}, "aggregation_temporality"),
        ({"histogram": DELTA | {"dataPoints": [POINT | {"count": 1 << 63}]}}, "a count is larger"),
        (
            {"histogram": DELTA | {"dataPoints": [POINT | {"bucketCounts": [1, 1 << 63], "explicitBounds": [1]}]}},
            "large",
        ),
        ({"histogram": DELTA | {"dataPoints": [POINT | {"bucketCounts": [1], "explicitBounds": [1]}]}}, "do not match"),
        (
            {
                "exponentialHistogram": DELTA
                | {"dataPoints": [POINT | {"scale": -40, "positive": {"bucketCounts": [1]}}]}
            },
            "wider than any number",
        ),
    ],
)
def test_points_that_cannot_be_kept_cost_no_other(data: dict[str, Any], reason: str) -> None:
    good = {"name": "good", "gauge": {"dataPoints": [POINT]}}
    batch = METRICS.decode(ParseDict(metrics({"name": "bad"} | data, good), METRICS.request()), Resources())
    assert len(batch.rows) == 1
    [(said, count)] = batch.rejected.items()
    assert (reason in said, count) == (True, 1)


def test_the_order_of_attributes_makes_no_other_series() -> None:
    pairs = [{"key": key, "value": {"stringValue": key}} for key in ("b", "a")]
    points = [{"timeUnixNano": AT, "attributes": each} for each in (pairs, pairs[::-1])]
    message = metrics({"name": "g", "gauge": {"dataPoints": points}})
    first, second = METRICS.decode(ParseDict(message, METRICS.request()), Resources()).rows
    assert first == second


@pytest.mark.parametrize(
    "broken", [{"traceId": ""}, {"traceId": "AA=="}, {"spanId": "AAAAAAAAAAA="}, {"parentSpanId": "AQ=="}]
)
def test_spans_need_ids(broken: dict[str, str]) -> None:
    message = spans({**IDS, "name": "good", "parentSpanId": "AAAAAAAAAAA="}, {**IDS, "name": "bad"} | broken)
    batch = TRACES.decode(ParseDict(message, TRACES.request()), Resources())
    assert [(row.name, row.parent_span_id) for row in batch.rows if isinstance(row, SpanRow)] == [("good", None)]
    assert batch.rejected.total() == 1


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ({"traceId": "AA=="}, (None, None)),
        ({"traceId": "AAAAAAAAAAAAAAAAAAAAAA=="}, (None, None)),
        ({"spanId": "AA=="}, (TRACE_ID, None)),
    ],
)
def test_a_record_with_an_id_that_is_none_belongs_to_no_trace(
    ids: dict[str, str], expected: tuple[object, ...]
) -> None:
    [row] = LOGS.decode(ParseDict(logs({**IDS, "timeUnixNano": AT} | ids), LOGS.request()), Resources()).rows
    assert isinstance(row, LogRow)
    assert (row.trace_id, row.span_id) == expected


def test_a_resource_is_stored_once(store: Store) -> None:
    for start in range(2):
        stored(store, TRACES, spans({**IDS, "name": "root", "startTimeUnixNano": AT + start * 1000}), "select 1")
    answer = store.ask(
        "select r.service, r.attributes, count(*) from resources r join spans using (resource_id) group by all"
    )
    assert answer.rows == [["payment", {"service.name": "payment"}, 2]]
