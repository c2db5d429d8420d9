"""OTLP from whoever sends it: both encodings, good items beside bad ones, answers that their sender can read."""

import gzip
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from whodunit.store import bodies, otlp
from whodunit.store.app import create_app
from whodunit.store.attributes import Resources
from whodunit.store.rows import Batch
from whodunit.store.store import Store

pytestmark = pytest.mark.anyio

TRACES, LOGS, METRICS = otlp.SIGNALS
NOW = time.time_ns()
SECOND = 1_000_000_000
HOUR = 3600 * SECOND
TRACE_ID, SPAN_ID = "5B8EFFF798038103D269B633813FC60C", "eee19b7ec3c1b174"
JSON = {"Content-Type": "application/json"}
PROTOBUF = {"Content-Type": "application/x-protobuf"}


def span(number: int, **fields: Any) -> dict[str, Any]:
    times = {"startTimeUnixNano": str(NOW), "endTimeUnixNano": str(NOW + SECOND)}
    return {"traceId": TRACE_ID, "spanId": f"{number:016x}", "name": f"span {number}", "kind": 2} | times | fields


def traces(*spans: Any) -> dict[str, Any]:
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "foreign"}}]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "t"}, "spans": list(spans)}]}]}


def logs(*records: Any) -> dict[str, Any]:
    return {"resourceLogs": [{"scopeLogs": [{"logRecords": list(records)}]}]}


def metrics(*each: Any) -> dict[str, Any]:
    return {"resourceMetrics": [{"scopeMetrics": [{"metrics": list(each)}]}]}


RECORD = {"timeUnixNano": str(NOW), "severityNumber": 9, "severityText": "INFO", "body": {"stringValue": "paid"}}
GAUGE = {"name": "g", "gauge": {"dataPoints": [{"timeUnixNano": str(NOW), "asDouble": 1}, {"timeUnixNano": str(NOW)}]}}
REQUESTS = {TRACES: traces(span(1)), LOGS: logs(RECORD), METRICS: metrics(GAUGE)}


def protobuf(signal: otlp.Signal, message: dict[str, Any]) -> bytes:
    """The binary form; ids by way of the store's own reading of JSON."""
    request = signal.request()
    bodies.read(bodies.Json(), request, bodies.loaded(json.dumps(message).encode()))
    return otlp.serialized(request)


def decoded(signal: otlp.Signal, body: bytes, kind: str) -> Batch:
    return otlp.decode(signal, body, kind, Resources())


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(store)), base_url="http://store") as client:
        yield client


async def ask(client: httpx.AsyncClient, sql: str) -> list[list[Any]]:
    rows: list[list[Any]] = (await client.post("/sql", json={"sql": sql})).json()["rows"]
    return rows


async def test_json_as_other_sdks_send_it(client: httpx.AsyncClient) -> None:
    link = {"traceId": TRACE_ID, "spanId": SPAN_ID, "newerThanThisStore": {"x": 1}}
    number = {"key": "n", "value": {"intValue": "42"}}
    message = traces(span(1, parentSpanId="", attributes=[number], links=[link], status={"code": 2}, unheardOf=[1]))
    headers = {"Content-Type": "Application/JSON; charset=utf-8", "Content-Encoding": "GZIP"}
    answer = await client.post("/v1/traces", content=gzip.compress(json.dumps(message).encode()), headers=headers)
    assert (answer.status_code, answer.headers["content-type"], answer.json()) == (200, "application/json", {})
    columns = (
        "trace_id, span_id, parent_span_id, kind, status, service, attributes, attribute_types, links->>'$[0].span_id'"
    )
    assert await ask(client, f"select {columns} from spans") == [
        [TRACE_ID.lower(), f"{1:016x}", None, "server", "error", "foreign", {"n": "42"}, {"n": "int"}, SPAN_ID]
    ]


@pytest.mark.parametrize("signal", otlp.SIGNALS, ids=lambda signal: signal.path)
def test_both_encodings_say_the_same(signal: otlp.Signal) -> None:
    message = REQUESTS[signal]
    one = decoded(signal, json.dumps(message).encode(), otlp.JSON)
    other = decoded(signal, protobuf(signal, message), otlp.PROTOBUF)
    assert one.rows == other.rows != []
    assert not one.rejected


def spoilt(body: bytes) -> bytes:
    return body.replace(b"BAD", b"\xff\xff\xff")


BAD_UTF8 = spoilt(protobuf(TRACES, traces(span(1), span(2, name="BAD"), span(3))))
BAD_RESOURCE = spoilt(
    protobuf(
        TRACES,
        {
            "resourceSpans": [
                {"resource": {"attributes": [{"key": "BAD"}]}, "scopeSpans": [{"spans": [span(4), span(5)]}]},
                *traces(span(1))["resourceSpans"],
            ]
        },
    )
)
BAD_METRIC = spoilt(protobuf(METRICS, metrics(GAUGE, GAUGE | {"name": "BAD"})))


@pytest.mark.parametrize(
    ("signal", "body", "kind", "rows", "rejected"),
    [
        (TRACES, BAD_UTF8, otlp.PROTOBUF, 2, 1),
        (TRACES, BAD_RESOURCE, otlp.PROTOBUF, 1, 2),
        (METRICS, BAD_METRIC, otlp.PROTOBUF, 2, 2),
        (TRACES, json.dumps(traces(span(1), span(2, name=7), span(3, traceId="xyz"), 4)).encode(), otlp.JSON, 1, 3),
        (LOGS, json.dumps(logs(RECORD, RECORD | {"attributes": [None]})).encode(), otlp.JSON, 1, 1),
        (METRICS, json.dumps(metrics(GAUGE, GAUGE | {"name": []})).encode(), otlp.JSON, 2, 2),
    ],
    ids=["utf-8", "a resource", "a metric", "json", "json log", "json metric"],
)
def test_a_bad_item_costs_no_other(signal: otlp.Signal, body: bytes, kind: str, rows: int, rejected: int) -> None:
    batch = decoded(signal, body, kind)
    assert (len(batch.rows), batch.rejected.total()) == (rows, rejected)


@pytest.mark.parametrize("kind", [otlp.JSON, otlp.PROTOBUF])
async def test_what_is_not_stored_is_a_partial_success_in_the_senders_encoding(
    client: httpx.AsyncClient, kind: str
) -> None:
    message = traces(span(1), span(2, startTimeUnixNano=str(NOW - 25 * HOUR)), span(0))
    body = json.dumps(message).encode() if kind == otlp.JSON else protobuf(TRACES, message)
    answer = await client.post("/v1/traces", content=body, headers={"Content-Type": kind})
    response = TRACES.response()
    if kind == otlp.JSON:
        ParseDict(answer.json(), response)
    else:
        response.ParseFromString(answer.content)
    partial = response.partial_success
    assert (answer.status_code, partial.rejected_spans) == (200, 2)
    assert partial.error_message == (
        "1 span not stored: span_id is not 8 bytes, or all of them are zero. "
        "1 span not stored: older than the 86400 s that are kept."
    )
    assert await ask(client, "select name from spans") == [["span 1"]]
    assert (await client.get("/stats")).json()["left_out"] == 2


async def test_a_clock_that_is_ahead_is_told(client: httpx.AsyncClient) -> None:
    message = traces(span(1), span(2, startTimeUnixNano=str(NOW + HOUR)))
    partial = (await client.post("/v1/traces", json=message)).json()["partialSuccess"]
    assert partial == {"errorMessage": "1 span in the future: is the sender's clock right?"}
    stats = (await client.get("/stats")).json()
    assert (stats["spans"], stats["ahead"], stats["left_out"]) == (2, 1, 0)


@pytest.mark.parametrize("kind", [otlp.JSON, otlp.PROTOBUF])
@pytest.mark.parametrize("sent", otlp.SIGNALS, ids=lambda signal: signal.items)
@pytest.mark.parametrize("to", otlp.SIGNALS, ids=lambda signal: signal.path)
def test_a_request_of_another_signal_is_sent_away(sent: otlp.Signal, to: otlp.Signal, kind: str) -> None:
    body = json.dumps(REQUESTS[sent]).encode() if kind == otlp.JSON else protobuf(sent, REQUESTS[sent])
    if sent is to:
        assert decoded(to, body, kind).rows
        return
    with pytest.raises(otlp.WireError, match=f"send them to {sent.path}"):
        decoded(to, body, kind)


@pytest.mark.parametrize(
    ("headers", "body", "status", "reason"),
    [
        (JSON, b"{", 400, "Expecting"),
        (JSON, b"[1]", 400, "not a valid ExportTraceServiceRequest"),
        (JSON, b"[" * 100_000, 400, "recursion"),
        (JSON, json.dumps(traces(span(1, name=1))).encode(), 400, "nothing in it"),
        (JSON | {"Content-Encoding": "br"}, b"{}", 415, "Content-Encoding br"),
        ({"Content-Type": "text/plain"}, b"{}", 415, "Content-Type text/plain"),
        ({"Content-Type": "application/grpc+proto"}, b"", 415, "gRPC is not supported"),
        ({}, b"", 415, "Content-Type (none)"),
    ],
)
async def test_json_senders_and_strangers_read_errors_as_json(
    client: httpx.AsyncClient, headers: dict[str, str], body: bytes, status: int, reason: str
) -> None:
    answer = await client.post("/v1/traces", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert reason in ParseDict(answer.json(), Status()).message


def test_gzip_may_come_in_pieces() -> None:
    assert otlp.unpacked(gzip.compress(b"one ") + gzip.compress(b"two"), " GZip ") == b"one two"


@pytest.mark.parametrize(("origin", "allowed"), [("http://localhost:3000", True), ("https://example.org", False)])
async def test_pages_of_this_machine_may_send(client: httpx.AsyncClient, origin: str, allowed: bool) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = await client.options("/v1/traces", headers={"Origin": origin} | asked)
    assert (preflight.status_code == 200) is allowed
    answer = await client.post("/v1/traces", json=traces(span(1)), headers={"Origin": origin})
    assert (answer.headers.get("access-control-allow-origin") == origin) is allowed
    assert (await client.options("/sql", headers={"Origin": origin} | asked)).status_code == 405


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def mutated(draw: st.DrawFn, value: Any) -> Any:
    """The value with something else in some places."""
    if draw(st.integers(0, 15)) == 0:
        return draw(JSON_VALUES)
    if isinstance(value, dict):
        return {key: mutated(draw, each) for key, each in value.items()}
    return [mutated(draw, each) for each in value] if isinstance(value, list) else value


FULL = {
    TRACES: traces(
        span(1, parentSpanId=SPAN_ID, status={"code": 2, "message": "m"}, links=[{"traceId": TRACE_ID}]),
        span(
            2, events=[{"name": "e", "timeUnixNano": "1", "attributes": [{"key": "k", "value": {"boolValue": True}}]}]
        ),
    ),
    LOGS: logs(RECORD, RECORD | {"traceId": TRACE_ID, "body": {"kvlistValue": {"values": [{"key": "k"}]}}}),
    METRICS: metrics(
        GAUGE,
        {"name": "s", "sum": {"aggregationTemporality": 2, "isMonotonic": True, "dataPoints": [{"asInt": "1"}]}},
        {
            "name": "h",
            "histogram": {"aggregationTemporality": 1, "dataPoints": [{"count": "1", "bucketCounts": ["1", "0"]}]},
        },
        {
            "name": "e",
            "exponentialHistogram": {
                "aggregationTemporality": 1,
                "dataPoints": [{"scale": 3, "positive": {"offset": 2, "bucketCounts": ["1"]}, "exemplars": [{}]}],
            },
        },
        {"name": "old", "summary": {"dataPoints": [{}]}},
    ),
}


def refused_or_rows(signal: otlp.Signal, body: bytes, kind: str) -> None:
    """Nothing but a refusal may come of it, and what comes can be told in the answer."""
    try:
        answer = otlp.accepted(signal, decoded(signal, body, kind), kind)
    except otlp.WireError as error:
        answer = otlp.refused(str(error), kind)
    assert isinstance(answer, bytes)


@settings(deadline=None, max_examples=150)
@given(data=st.data(), signal=st.sampled_from(otlp.SIGNALS))
def test_any_json_is_decoded_or_refused(data: st.DataObject, signal: otlp.Signal) -> None:
    message = data.draw(st.composite(mutated)(FULL[signal]))
    refused_or_rows(signal, json.dumps(message).encode("utf-8", "surrogatepass"), otlp.JSON)


@settings(deadline=None, max_examples=150)
@given(data=st.data(), signal=st.sampled_from(otlp.SIGNALS), to=st.sampled_from(otlp.SIGNALS))
def test_any_bytes_are_decoded_or_refused(data: st.DataObject, signal: otlp.Signal, to: otlp.Signal) -> None:
    body = bytearray(protobuf(signal, FULL[signal]))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    refused_or_rows(to, bytes(body), otlp.PROTOBUF)
