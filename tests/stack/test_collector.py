"""What the Collector lets through, and to whom: two real ones, ours and a vendor's."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep, time_ns
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from tests.stack.harness.process import Launch, Process
from tests.stack.harness.stack import CHECKOUT, NativeStack, native_stack
from tests.stack.tools.location import program
from whodunit.launcher.ports import Reservations

pytestmark = pytest.mark.stack("otelcol")

ARRIVES_WITHIN_S = 20.0
SIGNALS = ("Spans", "Metrics", "Logs")
SECRETS = (
    "4111111111111111",
    "4111 1111 1111 1111",
    "hunter2",
    "t0ken-of-mine",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x",
    "a-query",
)

Json = dict[str, Any]

VENDOR = """
receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}}
exporters: {file: {path: "%s", flush_interval: 100ms}}
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [file]}
    metrics: {receivers: [otlp], exporters: [file]}
    logs: {receivers: [otlp], exporters: [file]}
  telemetry: {metrics: {level: none}}
"""


@pytest.fixture(scope="module")
def reservations() -> Iterator[Reservations]:
    with Reservations() as reservations:
        yield reservations


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory, reservations: Reservations) -> Iterator[tuple[Path, int]]:
    """What a vendor was sent, and where it listens."""
    folder = tmp_path_factory.mktemp("vendor")
    port, file = reservations.take(22_000), folder / "received.jsonl"
    (folder / "vendor.yaml").write_text(VENDOR % (port, file))
    command = [str(program("otelcol")), f"--config={folder / 'vendor.yaml'}"]
    vendor = Process("vendor", Launch(command, {}, folder), folder / "vendor.log")
    vendor.start()
    yield file, port
    vendor.stop()


@pytest.fixture(scope="module")
def collector(received: tuple[Path, int]) -> Iterator[NativeStack]:
    """Our Collector with the vendor beside backends that are away."""
    with with_vendor(received[1]) as stack:
        yield stack


@contextmanager
def with_vendor(port: int, **variables: str) -> Iterator[NativeStack]:
    """Our Collector alone, sent something of everything."""
    with native_stack(VENDOR_OTLP_ENDPOINT=f"http://127.0.0.1:{port}", **variables) as stack:
        stack.addresses.assign("otel-collector", port, port)  # a port of this machine, not of the container
        stack.start(["otel-collector"])
        send_everything(stack)
        yield stack


def text(key: str, value: str) -> Json:
    return {"key": key, "value": {"stringValue": value}}


def send_everything(stack: NativeStack) -> None:
    now = str(time_ns())
    resource = {"attributes": [text("service.name", "probe")]}
    attributes = [
        text("password", SECRETS[2]),
        text("http.request.header.authorization", f"Bearer {SECRETS[3]}"),
        text("note", f"card {SECRETS[1]}, session {SECRETS[4]}"),
        text("url.full", f"http://shop/search?q={SECRETS[5]}"),
        text("url.query", f"q={SECRETS[5]}"),
        text("shop.order.id", "0190a0f2-1111-7222-8333-444444444444"),
    ]
    span = {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "probe", "kind": 2}
    spans = [span | {"startTimeUnixNano": now, "endTimeUnixNano": now, "attributes": attributes}]
    point = {"asInt": "1", "timeUnixNano": now, "attributes": attributes[:1]}
    metrics = [{"name": "probe.count", "gauge": {"dataPoints": [point]}}]
    body = {"stringValue": f"paid with {SECRETS[0]}, token={SECRETS[3]}, order 4711"}
    logs = [{"timeUnixNano": now, "body": body, "attributes": attributes}]
    post(stack, "traces", {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": spans}]}]})
    post(stack, "metrics", {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": metrics}]}]})
    post(stack, "logs", {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": logs}]}]})


def post(stack: NativeStack, signal: str, document: Json) -> None:
    httpx.post(stack.url("otel-collector", 4318, f"/v1/{signal}"), json=document, trust_env=False).raise_for_status()


def of_the_probe(file: Path) -> dict[str, str]:
    """By signal, what has arrived of the probe's, in whole lines: the last one may still be in writing."""
    whole, _, _ = file.read_text().rpartition("\n") if file.exists() else ("", "", "")
    mine = [line for line in whole.splitlines() if '"probe"' in line]
    return {signal: line for signal in SIGNALS for line in mine if f"resource{signal}" in json.loads(line)}


@pytest.fixture(scope="module")
def arrived(collector: NativeStack, received: tuple[Path, int]) -> dict[str, str]:
    give_up_at = monotonic() + ARRIVES_WITHIN_S
    while set(found := of_the_probe(received[0])) != set(SIGNALS):
        assert monotonic() < give_up_at, f"only {set(found)}: {collector['otel-collector'].last_words()}"
        sleep(0.2)
    return found


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_vendor_gets_every_signal_without_secrets(arrived: dict[str, str], signal: str) -> None:
    for secret in SECRETS:
        assert secret not in arrived[signal]


def test_what_is_no_secret_stays(arrived: dict[str, str]) -> None:
    assert "0190a0f2-1111-7222-8333-444444444444" in arrived["Spans"]
    assert "http://shop/search?REDACTED" in arrived["Spans"]
    assert "order 4711" in arrived["Logs"]


def test_a_vendor_gets_the_headers_it_wants(reservations: Reservations) -> None:
    keys: list[str | None] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            keys.append(self.headers.get("x-api-key"))
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: Any, **_options: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", reservations.take(22_000)), Receiver) as vendor:
        Thread(target=vendor.serve_forever, daemon=True).start()
        with with_vendor(vendor.server_port, VENDOR_OTLP_HEADERS='{"x-api-key": "k"}') as stack:
            give_up_at = monotonic() + ARRIVES_WITHIN_S
            while not keys:
                assert monotonic() < give_up_at, stack["otel-collector"].last_words()
                sleep(0.2)
        vendor.shutdown()
    assert set(keys) == {"k"}


def test_what_contrib_adds_is_sound_but_for_its_receivers(tmp_path: Path) -> None:
    """The receivers cannot be had as Go modules; everything behind them can."""
    own, contrib = (
        CHECKOUT / "collector" / "collector.yaml",
        YAML(typ="safe").load(CHECKOUT / "collector" / "contrib.yaml"),
    )
    for pipeline in contrib["service"]["pipelines"].values():
        pipeline["receivers"] = ["otlp"]
    del contrib["receivers"]
    file = tmp_path / "contrib.yaml"
    with file.open("w") as written:
        YAML(typ="safe").dump(contrib, written)
    command = [str(program("otelcol")), "validate", f"--config={own}", f"--config={file}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={"QUEUE_DIRECTORY": str(tmp_path)})
    assert done.returncode == 0, done.stderr
