"""The HTTP face: OTLP's own answers, back-pressure, SQL."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import httpx
import pytest
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from whodunit.store import otlp
from whodunit.store.app import create_app
from whodunit.store.attributes import Resources
from whodunit.store.inbox import Inbox
from whodunit.store.settings import StoreSettings
from whodunit.store.store import Store

pytestmark = pytest.mark.anyio

PROTOBUF = {"Content-Type": "application/x-protobuf"}
NOW = datetime.now(UTC)
TODAY = {"start": (NOW - timedelta(days=1)).isoformat(), "end": (NOW + timedelta(days=1)).isoformat()}
GZIP = PROTOBUF | {"Content-Encoding": "gzip"}


def client_of(store: Store) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_app(store)), base_url="http://store")


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(store) as client:
        yield client


def spans(count: int = 1) -> bytes:
    request = ExportTraceServiceRequest()
    scoped = request.resource_spans.add().scope_spans.add()
    now = round(NOW.timestamp() * 1e9)
    for number in range(1, count + 1):
        scoped.spans.add(
            trace_id=b"t" * 16,
            span_id=number.to_bytes(8, "big"),
            name="root",
            start_time_unix_nano=now,
            end_time_unix_nano=now,
        )
    return otlp.serialized(request)


async def count(client: httpx.AsyncClient) -> int:
    answer = await client.post("/sql", json={"sql": "select count(*) from spans"})
    rows: list[list[int]] = answer.json()["rows"]
    return rows[0][0]


async def test_what_is_stored_can_be_forgotten(client: httpx.AsyncClient) -> None:
    await client.post("/v1/traces", content=spans(3), headers=PROTOBUF)
    assert (await client.delete("/telemetry")).status_code == 204
    assert await count(client) == 0
    await client.post("/v1/traces", content=spans(), headers=PROTOBUF)
    assert await count(client) == 1


@pytest.mark.parametrize(
    ("headers", "body"), [(PROTOBUF, spans(2)), (GZIP, gzip.compress(spans(2)))], ids=["plain", "gzip"]
)
async def test_rows_are_there_when_the_answer_comes(
    client: httpx.AsyncClient, headers: dict[str, str], body: bytes
) -> None:
    answer = await client.post("/v1/traces", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, PROTOBUF["Content-Type"], b"")
    assert await count(client) == 2


@pytest.mark.parametrize("path", ["/v1/traces", "/v1/logs", "/v1/metrics"])
async def test_an_empty_request_is_fine(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.post(path, content=b"", headers=PROTOBUF)).status_code == 200


@pytest.mark.parametrize(
    ("headers", "body", "status", "reason"),
    [
        (PROTOBUF | {"Content-Encoding": "zstd"}, spans(), 415, "Content-Encoding zstd"),
        (PROTOBUF, b"\xff\xff", 400, "not a valid ExportTraceServiceRequest"),
        (GZIP, spans(), 400, "not gzip"),
        (GZIP, gzip.compress(spans())[:-9], 400, "ends early"),
        (GZIP, gzip.compress(bytes(otlp.MOST_BYTES + 1)), 413, "larger than"),
        (PROTOBUF, bytes(otlp.MOST_BYTES + 1), 413, "larger than"),
    ],
    ids=["zstd", "not protobuf", "not gzip", "cut short", "bomb", "too large"],
)
async def test_wrong_input_is_refused_in_otlps_way(
    client: httpx.AsyncClient, headers: dict[str, str], body: bytes, status: int, reason: str
) -> None:
    answer = await client.post("/v1/traces", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROTOBUF["Content-Type"])
    assert reason in Status.FromString(answer.content).message


async def test_a_full_store_asks_to_come_again(settings: StoreSettings) -> None:
    store = Store(settings, inbox=Inbox(most_rows=3))  # not writing yet
    async with client_of(store) as client:
        first = store.put(otlp.decode(otlp.SIGNALS[0], spans(3), otlp.PROTOBUF, Resources()))
        second = await client.post("/v1/traces", content=spans(2), headers=PROTOBUF)
        assert (second.status_code, second.headers["retry-after"]) == (503, "1")
        store.start()
        await asyncio.wrap_future(first)
        stats = (await client.get("/stats")).json()
        assert (stats["spans"], stats["queued"], stats["rejected"]) == (3, 0, 2)
    store.stop()


async def test_sql(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sql", json={"sql": "select ? as a, now() > '2026-01-01' as b", "parameters": ["x"]})
    assert answer.json() == {"columns": ["a", "b"], "rows": [["x", True]], "truncated": False}


@pytest.mark.parametrize("body", [{"sql": "drop table spans"}, {"sql": "selec"}, {"query": "select 1"}, ["select 1"]])
async def test_wrong_sql_is_explained(client: httpx.AsyncClient, body: object) -> None:
    answer = await client.post("/sql", json=body)
    assert answer.status_code == 400
    assert answer.json()["message"]


async def test_readiness_follows_the_writer(settings: StoreSettings) -> None:
    store = Store(settings)
    async with client_of(store) as client:
        assert (await client.get("/readyz")).status_code == 503
        store.start()
        assert (await client.get("/readyz")).status_code == 200
        store.stop()
        assert (await client.get("/readyz")).status_code == 503


async def test_a_stretch_of_a_table_comes_as_a_parquet_file(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await client.post("/v1/traces", content=spans(2), headers=PROTOBUF)
    file, other = tmp_path / "spans.parquet", tmp_path / "none.parquet"
    file.write_bytes((await client.get("/telemetry/spans", params=TODAY)).content)
    other.write_bytes((await client.get("/telemetry/spans", params=TODAY | {"start": TODAY["end"]})).content)
    assert duckdb.read_parquet(str(file)).project("trace_id, name").fetchall() == [("74" * 16, "root")] * 2
    assert duckdb.read_parquet(str(other)).fetchall() == []
    assert list((tmp_path / "exports").iterdir()) == []


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/telemetry/spans", {"start": "yesterday", "end": "1970-01-02T00:00Z"}, 400),
        ("/telemetry/spans", {"start": "1970-01-01T00:00", "end": "1970-01-02T00:00"}, 400),
        ("/telemetry/layout", {"start": "1970-01-01T00:00Z", "end": "1970-01-02T00:00Z"}, 404),
    ],
)
async def test_an_export_that_cannot_be(
    client: httpx.AsyncClient, path: str, query: dict[str, str], status: int
) -> None:
    answer = await client.get(path, params=query)
    assert (answer.status_code, set(answer.json())) == (status, {"message"})


async def test_a_query_reads_no_other_file(client: httpx.AsyncClient, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    answer = await client.post("/sql", json={"sql": f"select * from '{secret}'"})
    assert answer.status_code == 400
