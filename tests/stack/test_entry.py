"""The real Caddy with our Caddyfile, in front of one server that tells what it was asked."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest

from tests.stack.harness.process import Launch, Process
from tests.stack.harness.stack import CHECKOUT
from tests.stack.tools.location import program
from whodunit.launcher.ports import Reservations

pytestmark = pytest.mark.stack("caddy")

STARTS_WITHIN_S = 10.0
BEHIND = ("FRONTEND", "LAB", "CLASS", "LOADGEN", "GRAFANA", "PROMETHEUS", "JAEGER", "LOKI", "STORE")
LONG = json.dumps(["an answer"] * 1000).encode()
TOLD = ("Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "traceparent")


class Echo(BaseHTTPRequestHandler):
    """Answers with the path and headers it was asked with."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Asked", self.path)
        for name in TOLD:
            self.send_header(f"Asked-{name}", self.headers.get(name, ""))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(LONG)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, *_args: object, **_options: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def entry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the entry."""
    with Reservations() as reservations, ThreadingHTTPServer(("127.0.0.1", 0), Echo) as behind:
        Thread(target=behind.serve_forever, daemon=True).start()
        port, folder = reservations.take(22_000), tmp_path_factory.mktemp("caddy")
        caddy = Process("caddy", launch(port, behind.server_port, folder), folder / "caddy.log")
        caddy.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            wait_for(client, caddy)
            yield client
        caddy.stop()
        behind.shutdown()


def launch(port: int, behind: int, folder: Path) -> Launch:
    environment = {f"{name}_URL": f"http://127.0.0.1:{behind}" for name in BEHIND}
    environment |= {"HOST": "127.0.0.1", "PORT": str(port), "HOME": str(folder), "OTEL_TRACES_EXPORTER": "none"}
    command = [
        str(program("caddy")),
        "run",
        "--config",
        str(CHECKOUT / "proxy" / "Caddyfile"),
        "--adapter",
        "caddyfile",
    ]
    return Launch(command, environment, folder)


def wait_for(client: httpx.Client, caddy: Process) -> None:
    give_up_at = monotonic() + STARTS_WITHIN_S
    while True:
        try:
            client.get("/")
        except httpx.ConnectError:
            assert monotonic() < give_up_at, caddy.last_words()
            sleep(0.05)
        else:
            return


@pytest.mark.parametrize(
    ("method", "asked", "behind"),
    [
        ("GET", "/api/products?page=2", "/api/products?page=2"),
        ("POST", "/api/checkout", "/api/checkout"),
        ("GET", "/grafana/d/start", "/grafana/d/start"),
        ("POST", "/grafana/api/ds/query", "/grafana/api/ds/query"),
        ("GET", "/jaeger/api/services", "/jaeger/api/services"),
        ("POST", "/prometheus/api/v1/query", "/prometheus/api/v1/query"),
        ("GET", "/loki/api/v1/query_range?query=x", "/loki/api/v1/query_range?query=x"),
        ("POST", "/store/sql", "/sql"),
        ("GET", "/store/telemetry/spans?start=x", "/telemetry/spans?start=x"),
        ("GET", "/load/", "/"),
        ("GET", "/lab/status", "/status"),
        ("PUT", "/lab/faults/x", "/faults/x"),
        ("POST", "/class/join", "/join"),
    ],
)
def test_each_path_leads_to_its_program(entry: httpx.Client, method: str, asked: str, behind: str) -> None:
    answer = entry.request(method, asked)
    assert (answer.status_code, answer.headers["asked"]) == (200, behind)


@pytest.mark.parametrize("page", ["/grafana/api/ds/query", "/jaeger/api/traces"])
def test_what_its_program_does_not_compress_is_compressed_here(entry: httpx.Client, page: str) -> None:
    answer = entry.get(page)
    assert answer.content == LONG
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/loki/api/v1/push"),
        ("GET", "/loki/config"),
        ("POST", "/prometheus/api/v1/otlp/v1/metrics"),
        ("POST", "/prometheus/-/quit"),
        ("POST", "/store/v1/logs"),
        ("DELETE", "/store/telemetry"),
        ("PUT", "/load/load"),
        ("POST", "/lab/reports"),
    ],
)
def test_what_would_write_is_refused(entry: httpx.Client, method: str, path: str) -> None:
    answer = entry.request(method, path)
    assert (answer.status_code, answer.headers.get("asked")) == (403, None)


def test_what_a_client_says_of_itself_is_not_believed(entry: httpx.Client) -> None:
    lies = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "elsewhere"}
    told = entry.get("/", headers=lies).headers
    assert told["asked-x-forwarded-for"] == "127.0.0.1"
    assert told["asked-x-forwarded-proto"] == "http"
    assert told["asked-host"] == told["asked-x-forwarded-host"] == entry.base_url.netloc.decode()


def test_a_visitor_may_come_from_where_nobody_is(entry: httpx.Client) -> None:
    for address in ("192.0.2.7", "198.51.100.200", "203.0.113.1"):
        told = entry.get("/api/history", headers={"X-Forwarded-For": address}).headers
        assert told["asked-x-forwarded-for"] == address
    for lie in ("192.0.2.7, 6.6.6.6", "192.0.3.7", "6.192.0.2.7"):
        assert entry.get("/", headers={"X-Forwarded-For": lie}).headers["asked-x-forwarded-for"] == "127.0.0.1"


def test_only_visits_to_the_shop_are_traced(entry: httpx.Client) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    trace_id, span_id = parent.split("-")[1:3]
    told = entry.get("/", headers={"traceparent": parent}).headers["asked-traceparent"].split("-")
    assert told[1] == trace_id
    assert told[2] != span_id
    assert entry.get("/lab/status").headers["asked-traceparent"] == ""
