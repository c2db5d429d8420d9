"""The store as a process: the SDK's own exporters send, `kill -9` and SIGTERM stop it, its file is its own."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract, inject
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from whodunit.store.otlp import serialized
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.store.client import StoreClient

pytestmark = pytest.mark.process

HEADERS = {"Content-Type": "application/x-protobuf"}
SOON_S = 20
SPANS = 20


class Process:
    """One run of the store."""

    def __init__(self, file: Path, port: int, team_port: int | None = None) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.client = StoreClient(self.url)
        environment = os.environ | {"PORT": str(port), "STORE_FILE": str(file), "LOG_LEVEL": "WARNING"}
        environment["TEAM_PORT"] = str(team_port or "")
        self.popen = subprocess.Popen([sys.executable, "-m", "whodunit.store"], env=environment)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline and self.popen.poll() is None:
            try:
                self.client.stats()
            except TelemetryError:
                time.sleep(0.02)
            else:
                return
        pytest.fail("the store did not become ready")

    def end(self, how: signal.Signals) -> int:
        self.popen.send_signal(how)
        self.client.close()
        return self.popen.wait(SOON_S)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "telemetry.duckdb"


@pytest.fixture
def process(file: Path, port: int) -> Iterator[Process]:
    process = Process(file, port)
    process.wait_until_ready()
    yield process
    process.end(signal.SIGKILL)


def request(number: int) -> bytes:
    message = ExportTraceServiceRequest()
    scoped = message.resource_spans.add().scope_spans.add()
    for i in range(SPANS):
        trace_id, span_id = number.to_bytes(16, "big"), (i + 1).to_bytes(8, "big")
        scoped.spans.add(trace_id=trace_id, span_id=span_id, name="work", start_time_unix_nano=time.time_ns())
    return serialized(message)


def send_until_it_dies(url: str, numbers: "itertools.count[int]", accepted: set[int]) -> None:
    with httpx.Client(base_url=url, trust_env=False) as client:
        while True:
            number = next(numbers)
            try:
                answer = client.post("/v1/traces", content=request(number), headers=HEADERS)
            except httpx.TransportError:
                return
            if answer.is_success:
                accepted.add(number)


def test_kill_9_loses_nothing_that_was_accepted(process: Process, file: Path, port: int) -> None:
    accepted: set[int] = set()
    numbers = itertools.count(1)
    senders = [
        threading.Thread(target=send_until_it_dies, args=(process.url, numbers, accepted), daemon=True)
        for _ in range(12)
    ]
    for each in senders:
        each.start()
    deadline = time.monotonic() + SOON_S
    while len(accepted) < 100 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.end(signal.SIGKILL)
    for each in senders:
        each.join(SOON_S)
    again = Process(file, port)
    again.wait_until_ready()
    rows = again.client.sql("select trace_id, count(*) from spans group by all").rows
    assert again.end(signal.SIGTERM) == 0
    stored = {int(trace_id, 16) for trace_id, _ in rows}
    assert len(accepted) >= 100
    assert accepted <= stored
    assert {count for _, count in rows} == {SPANS}  # a request is stored whole or not at all


def test_a_graceful_stop_leaves_one_file(process: Process, file: Path) -> None:
    httpx.post(f"{process.url}/v1/traces", content=request(1), headers=HEADERS, trust_env=False).raise_for_status()
    assert process.end(signal.SIGTERM) == 0
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_second_store_leaves_the_first_ones_file_alone(process: Process, file: Path) -> None:
    environment = os.environ | {"PORT": "0", "STORE_FILE": str(file)}
    second = subprocess.run(
        [sys.executable, "-m", "whodunit.store"], env=environment, capture_output=True, timeout=SOON_S, check=False
    )
    assert second.returncode == 3
    assert b"in use by another process" in second.stdout
    assert process.client.stats()["spans"] == 0
    assert not list(file.parent.glob("*damaged*"))


def test_a_wrong_setting_is_explained() -> None:
    environment = os.environ | {"STORE_MAX_AGE_S": "soon"}
    run = subprocess.run(
        [sys.executable, "-m", "whodunit.store"], env=environment, capture_output=True, timeout=SOON_S, check=False
    )
    assert run.returncode == 2
    assert b"STORE_MAX_AGE_S" in run.stderr


def sending_to(service: str, port: int) -> TracerProvider:
    """A service's tracer, with the exporter of its team."""
    provider = TracerProvider(resource=Resource({"service.name": service}))
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(f"http://127.0.0.1:{port}/v1/traces")))
    return provider


def test_a_trace_across_two_teams_is_whole_whichever_receiver_they_send_to(file: Path, port: int) -> None:
    team_port, headers = free_port(), dict[str, str]()
    store = Process(file, port, team_port)
    store.wait_until_ready()
    with sending_to("user", port).get_tracer("t").start_as_current_span("POST"):
        inject(headers)
    with sending_to("token", team_port).get_tracer("t").start_as_current_span("POST /tokens", extract(headers)):
        pass
    rows = store.client.sql(
        "select callee.service, caller.service from spans callee "
        "left join spans caller on caller.trace_id = callee.trace_id and caller.span_id = callee.parent_span_id "
        "order by 1"
    ).rows
    assert store.end(signal.SIGTERM) == 0
    assert [tuple(row) for row in rows] == [("token", "user"), ("user", None)]


def test_the_sdks_exporters(process: Process) -> None:
    resource = Resource({"service.name": "payment"})
    traces, logs = TracerProvider(resource=resource), LoggerProvider(resource=resource)
    traces.add_span_processor(
        SimpleSpanProcessor(OTLPSpanExporter(f"{process.url}/v1/traces", compression=Compression.Gzip))
    )
    logs.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter(endpoint=f"{process.url}/v1/logs")))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"{process.url}/v1/metrics"))
    metrics = MeterProvider([reader], resource=resource)
    with traces.get_tracer("shop").start_as_current_span("work"):
        metrics.get_meter("shop").create_histogram("shop.payment.duration", "s").record(0.3)
        logs.get_logger("shop").emit(body="paid", severity_text="INFO")
    for provider in (metrics, logs, traces):
        provider.shutdown()
    rows = process.client.sql(
        """select spans.name, logs.body, metrics.unit, metrics.sum, exemplars->>'$[0].trace_id' = trace_id as linked
        from spans join logs using (trace_id) join metrics on metrics.resource_id = spans.resource_id"""
    )
    assert rows.as_dicts() == [{"name": "work", "body": "paid", "unit": "s", "sum": 0.3, "linked": True}]
