"""Measures how fast the store takes spans over HTTP: `python -m whodunit.store.bench`."""

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from whodunit.store.otlp import serialized

SPANS_PER_REQUEST = 512  # what the SDK's batch processor sends at most
SENDERS = 4
SENDING_S = 5.0
READY_WITHIN_S = 20
HEADERS = {"Content-Type": "application/x-protobuf"}

HTTP: dict[str, str | int] = {
    "http.request.method": "POST",
    "url.scheme": "http",
    "network.protocol.version": "1.1",
    "server.address": "127.0.0.1",
    "server.port": 8082,
    "http.response.status_code": 200,
}
KINDS: tuple[tuple[str, int, dict[str, str | int]], ...] = (
    ("POST /payments", 2, HTTP | {"http.route": "/payments", "url.path": "/payments", "client.address": "127.0.0.1"}),
    ("process payment", 1, {"shop.payment.id": "0192", "shop.order.id": "4f1c"}),
    ("POST", 3, HTTP | {"url.full": "http://127.0.0.1:8083/v1/charges", "service.peer.name": "gateway"}),
    ("SELECT payment", 3, {"db.system.name": "sqlite", "db.namespace": "payment.db", "db.query.text": "SELECT " * 20}),
)


def measure() -> dict[str, float]:
    """Spans per second into a store of its own, and what that costs it: CPU seconds, memory and disk."""
    with tempfile.TemporaryDirectory() as folder, store(Path(folder)) as (url, process):
        _send(url, 0.5)  # the first requests pay for warming up
        before = _stats(url)
        cpu_before = _cpu_s(process)
        began = time.perf_counter()
        _send(url, SENDING_S)
        wall_s = time.perf_counter() - began
        cpu_s = _cpu_s(process) - cpu_before
        after = _stats(url)
        spans = after["spans"] - before["spans"]
        return {
            "spans": spans,
            "wall_s": round(wall_s, 2),
            "cpu_s": round(cpu_s, 2),
            "spans_per_s": round(spans / wall_s),
            "spans_per_cpu_s": round(spans / cpu_s),
            "pss_bytes": getattr(process.memory_full_info(), "pss", 0),
            "bytes_per_span": round(after["bytes"] / after["spans"]),
        }


@contextmanager
def store(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "STORE_FILE": str(folder / "bench.duckdb"), "LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "whodunit.store"]
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url)
            yield url, psutil.Process(process.pid)
        finally:
            process.terminate()


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError(f"The store was not ready within {READY_WITHIN_S} s.")


def _send(url: str, seconds: float) -> None:
    until = time.monotonic() + seconds

    def send() -> None:
        chance = random.Random()
        request = _request(chance)
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            while time.monotonic() < until:
                client.post("/v1/traces", content=_next(request, chance), headers=HEADERS).raise_for_status()

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()


def _stats(url: str) -> dict[str, float]:
    stats: dict[str, float] = httpx.get(f"{url}/stats", trust_env=False).json()
    return stats


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _next(request: ExportTraceServiceRequest, chance: random.Random) -> bytes:
    """The same spans as of now and in other traces: those that were stored would not be stored again."""
    now = time.time_ns()
    for span in request.resource_spans[0].scope_spans[0].spans:
        span.trace_id = chance.randbytes(16)
        span.end_time_unix_nano += now - span.start_time_unix_nano
        span.start_time_unix_nano = now
    return serialized(request)


def _request(chance: random.Random) -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.extend(_attributes({"service.name": "payment", "service.instance.id": "b1"}))
    scoped = group.scope_spans.add()
    scoped.scope.name = "opentelemetry.instrumentation.fastapi"
    scoped.spans.extend(_span(chance, i) for i in range(SPANS_PER_REQUEST))
    return request


def _span(chance: random.Random, number: int) -> Span:
    name, kind, attributes = KINDS[number % len(KINDS)]
    start = time.time_ns()
    return Span(
        trace_id=chance.randbytes(16),
        span_id=chance.randbytes(8),
        parent_span_id=chance.randbytes(8),
        name=name,
        kind=Span.SpanKind.ValueType(kind),
        start_time_unix_nano=start,
        end_time_unix_nano=start + chance.randrange(1_000_000, 500_000_000),
        attributes=_attributes(attributes),
    )


def _attributes(attributes: dict[str, str | int]) -> list[KeyValue]:
    return [
        KeyValue(key=k, value=AnyValue(int_value=v) if isinstance(v, int) else AnyValue(string_value=v))
        for k, v in attributes.items()
    ]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))  # noqa: T201
