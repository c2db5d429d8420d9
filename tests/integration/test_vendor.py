"""What is said of a backend that takes telemetry, and of each kind that does not: real servers on real ports."""

import datetime
import ipaddress
import json
import signal
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer
from threading import Thread
from time import monotonic, sleep

import grpc
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from bench.shop import open_shop
from tests.integration.test_store_process import SOON_S, Process, free_port
from whodunit.launcher.kept_backend import KeptBackend
from whodunit.load import trial_order
from whodunit.vendor import arrival
from whodunit.vendor.probes import SERVICE

pytestmark = pytest.mark.process

SECRET = "key-of-nobody-else"

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


def said(url: str, **headers: str) -> set[str]:
    """What is said of the three signals."""
    found = arrival.check(KeptBackend(url, headers))
    assert list(found) == ["traces", "metrics", "logs"]
    return {"taken" if each is None else f"{each.what} {each.hint}" for each in found.values()}


@contextmanager
def served(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A handshake that the other side gives up is what is wanted here."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def with_status(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(to: BaseHTTPRequestHandler, _: bytes) -> None:
        to.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(body)

    return answer


def only_with_key(to: BaseHTTPRequestHandler, body: bytes) -> None:
    with_status(200 if to.headers["Api-Key"] == "k 1" else 401)(to, body)


def before(store_url: str) -> Answer:
    """Hands on to the store what comes with the key."""

    def answer(to: BaseHTTPRequestHandler, body: bytes) -> None:
        if to.headers["Api-Key"] != SECRET:
            return with_status(401)(to, body)
        named = {name: to.headers[name] for name in ("Content-Type", "Content-Encoding") if name in to.headers}
        return with_status(httpx.post(store_url + to.path, content=body, headers=named).status_code)(to, body)

    return answer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Process]:
    """A backend: another store of ours."""
    store = Process(tmp_path / "backend.duckdb", free_port())
    store.wait_until_ready()
    yield store
    store.end(signal.SIGTERM)


def test_a_store_takes_all_three_and_can_be_asked_for_them(store: Process) -> None:
    assert said(store.url) == {"taken"}
    for table in ("spans", "logs", "metrics"):
        wait_for_rows(store, f"SELECT service FROM {table}", [[SERVICE]])


@pytest.mark.lite
def test_a_shop_that_runs_sends_all_three_signals_there_and_tells_the_key_to_nobody(store: Process) -> None:
    with served(before(store.url)) as url, open_shop() as shop:
        shop.up()
        shop.run("vendor", url, "--header", f"api-key={SECRET}")
        status = shop.json("status")
        assert status["copies_to"] == [url]
        trial_order.place(next(each["url"] for each in status["services"] if each["name"] == "frontend"))
        for table in ("spans", "logs", "metrics"):
            wait_for_rows(store, f"SELECT DISTINCT service FROM {table} WHERE service = 'order'", [["order"]])
        assert "POST /api/checkout" in shop.run("traces", "--service", "order")
        seen = [
            json.dumps(status),
            shop.run("vendor"),
            *(" ".join(each.cmdline()) for each in shop.processes().values()),
        ]
        seen += [file.read_text(errors="replace") for file in (shop.home / "logs").iterdir()]
        seen += [str(table.rows) for table in map(store.client.sql, ("FROM spans", "FROM logs", "FROM metrics"))]
        assert [text for text in seen if SECRET in text] == []
        shop.run("vendor", "off")
        assert shop.json("status")["copies_to"] == []


def wait_for_rows(store: Process, sql: str, rows: list[list[str]]) -> None:
    """The store writes what it has taken a moment later."""
    give_up_at = monotonic() + SOON_S
    while (found := store.client.sql(sql).rows) != rows:
        assert monotonic() < give_up_at, found
        sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (with_status(401), "It refuses the headers (401). Give its key as --header"),
        (with_status(403), "It refuses the headers (403)."),
        (with_status(404), "There is no OTLP receiver at http://127.0.0.1"),
        (with_status(429), "It takes no more for now (429)."),
        (
            with_status(308, Location="https://b.example/"),
            "It sends on to https://b.example/ (308). Name that address.",
        ),
        (with_status(400, b"no such\n project"), "It answers 400: no such project"),
        (with_status(200, b"<html>", Content_Type=arrival.PROTOBUF), "taken"),
    ],
)
def test_each_refusal_is_told_in_words_with_the_next_step(answer: Answer, words: str) -> None:
    with served(answer) as url:
        assert all(each.startswith(words) for each in said(url))


def test_a_key_is_sent_and_a_wrong_one_is_refused() -> None:
    with served(only_with_key) as url:
        assert said(url, **{"Api-Key": "k 1"}) == {"taken"}
        assert said(url, **{"Api-Key": "k 2"}) != {"taken"}


def test_an_answer_that_takes_nothing_is_no_success() -> None:
    response = ExportTraceServiceResponse()
    response.partial_success.rejected_spans = 1
    response.partial_success.error_message = "quota"
    with served(with_status(200, response.SerializeToString(), Content_Type=arrival.PROTOBUF)) as url:
        assert {each.partition(" Its")[0] for each in said(url)} == {"It has not kept it: quota."}


def test_nothing_listens() -> None:
    port = free_port()
    assert {each.partition(" Is")[0] for each in said(f"http://127.0.0.1:{port}")} == {
        f"Nothing listens at 127.0.0.1:{port}."
    }


def test_where_no_connection_is_made_it_is_tried_once_and_holds_for_all_signals() -> None:
    came: list[bytes] = []

    class HangsUp(BaseRequestHandler):
        def handle(self) -> None:
            came.append(self.request.recv(1))

    with TCPServer(("127.0.0.1", 0), HangsUp) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert said(f"https://127.0.0.1:{server.server_address[1]}") != {"taken"}
        server.shutdown()
    assert len(came) == 1


def test_a_name_that_nobody_knows() -> None:
    assert all(
        each.startswith("No machine is known by the name in nowhere.invalid.")
        for each in said("http://nowhere.invalid")
    )


def test_the_port_for_grpc_is_recognised() -> None:
    server = grpc.server(ThreadPoolExecutor(1))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        assert all("port for gRPC, usually 4317" in each for each in said(f"http://127.0.0.1:{port}"))
    finally:
        server.stop(None).wait()


def test_https_to_a_port_without_tls() -> None:
    with served(with_status(200)) as url:
        assert all("does not speak TLS. Name it with http://" in each for each in said(url.replace("http:", "https:")))


def test_http_to_a_port_with_tls(tmp_path: Path) -> None:
    with served(with_status(200), self_signed(tmp_path)) as url:
        assert all("or want https://" in each for each in said(url.replace("https:", "http:")))


def test_a_certificate_of_nobody_known(tmp_path: Path) -> None:
    with served(with_status(200), self_signed(tmp_path)) as url:
        assert all("is not trusted: self-signed certificate" in each for each in said(url))


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    unencrypted = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unencrypted)
    file = folder / "server.pem"
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
