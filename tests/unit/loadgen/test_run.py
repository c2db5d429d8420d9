"""The program itself, against a small shop: what it asks, what it sends on, when it stops."""

import json
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from loadgen.shop import REGIONS
from tests.unit.loadgen.fake_shop import FakeShop, open_shop
from tests.unit.loadgen.serving import wait_for

pytestmark = pytest.mark.process

Busy = tuple[FakeShop, dict[str, Any]]
EVERYTHING = {"buy": 20, "browse": 3, "leaf": 3, "search": 3, "orders": 3, "sign_up": 3} | {
    "log_in": 3,
    "log_in_mistyped": 2,
    "log_in_orders": 2,
}


def start(shop: FakeShop, folder: Path, *, telemetry: bool = True, **spec: Any) -> "subprocess.Popen[bytes]":
    environment = {"LOADGEN_TARGET": shop.url, "LOADGEN_FOLDER": str(folder), "OTEL_BSP_SCHEDULE_DELAY": "200"}
    if telemetry:
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = shop.url
    command = [sys.executable, "-m", "loadgen", json.dumps({"seconds": 1, "rates": EVERYTHING, "accounts": 4} | spec)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def finish(program: "subprocess.Popen[bytes]") -> None:
    with program:
        assert program.stderr is not None
        noise = program.stderr.read().decode()
        assert program.wait(20) == 0, noise
        assert noise == ""


def result(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return document


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    with open_shop() as opened:
        yield opened


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Busy]]:
    """Two shops after the same run of all journeys, in which orders take half a second; and the runs' results."""
    folders = [tmp_path_factory.mktemp("load") for _ in range(2)]
    with open_shop() as first, open_shop() as second:
        first.order_s = second.order_s = 0.5
        programs = [start(shop, folder) for shop, folder in zip((first, second), folders, strict=True)]
        for program in programs:
            finish(program)
        yield [(shop, result(folder)) for shop, folder in zip((first, second), folders, strict=True)]


@pytest.fixture
def busy(twins: list[Busy]) -> Busy:
    """One of the two."""
    return twins[0]


def test_every_journey_is_made(busy: Busy) -> None:
    shop, seen = busy
    routes = Counter((each["method"], each["route"]) for each in shop.asked)
    assert routes["POST", "/api/checkout"] == seen["total"]["checkouts"] == 20
    assert routes["POST", "/api/users"] == routes["GET", "/api/categories"] == 3
    assert routes["DELETE", "/api/session"] == routes["GET", "/api/orders"] == 3 + 2
    assert {each["query"].partition("=")[0] for each in shop.requests("/api/products")} == {"category", "query", "page"}
    assert len(shop.requests("/api/products/{id}/recommendations")) >= 6
    assert seen["state"] == "ended"
    assert seen["total"]["errors"] == {}
    assert seen["total"]["requests"] == len(shop.asked)


def test_logged_in_once_an_account_then_the_cookie_serves(busy: Busy) -> None:
    shop, _ = busy
    logins = Counter(each["body"]["email"] for each in shop.requests("/api/session", "POST"))
    mistyped = [logins.pop(each) for each in list(logins) if each.startswith("shoper0")]
    assert sum(mistyped) == 2
    assert set(logins) == {f"shopper00{account}@example.com" for account in (1, 2, 3, 4)}
    # Five journeys come to log in; a few more may meet before an account's first log-in has been answered.
    assert 4 + 5 <= logins.total() <= 4 + 5 + 4


def test_checkouts_have_their_own_cart_and_key(busy: Busy) -> None:
    shop, _ = busy
    checkouts = shop.requests("/api/checkout", "POST")
    assert len({each["idempotency-key"] for each in checkouts}) == len(checkouts)
    assert {each["cookie"].count("+") for each in checkouts} == {1, 2}


def test_orders_are_watched_until_they_end(busy: Busy) -> None:
    shop, seen = busy
    ended = seen["total"]["orders"]
    assert sum(ended.values()) == ended["completed"] + ended.get("declined", 0) == 20
    assert seen["total"]["order_end_p95_s"] == pytest.approx(0.5, rel=0.02)
    assert len(shop.requests("/api/orders/{id}")) >= 20


def test_every_request_says_that_it_is_synthetic_and_where_it_belongs(busy: Busy) -> None:
    shop, _ = busy
    assert {each["baggage"] for each in shop.asked} == {"synthetic=true"}
    sent = {tuple(each["traceparent"].split("-")[1:3]) for each in shop.asked}
    assert len(sent) == len(shop.asked)
    assert sent == {(s.trace_id.hex(), s.span_id.hex()) for s in shop.spans if s.kind == Span.SPAN_KIND_CLIENT}


def test_a_checkout_is_one_trace_and_watching_it_another(busy: Busy) -> None:
    shop, _ = busy
    assert shop.services == {"load-generator"}
    root = next(span for span in shop.spans if span.name == "buy" and tree(shop, span)[1] == "POST /api/cart/items")
    assert tree(shop, root)[-1] == "POST /api/checkout"
    order = attributes(root)["shop.order.id"]
    watched = next(s for s in shop.spans if s.name == "watch order" and attributes(s)["shop.order.id"] == order)
    assert watched.trace_id != root.trace_id
    assert set(tree(shop, watched)[1:]) == {"GET /api/orders/{id}"}


def test_spans_follow_the_conventions_and_keep_queries_out(busy: Busy) -> None:
    shop, _ = busy
    span = next(each for each in shop.spans if each.name == "GET /api/products")
    seen = attributes(span)
    port = int(seen.pop("server.port"))
    assert seen == {
        "http.request.method": "GET",
        "http.response.status_code": "200",
        "url.full": f"{shop.url}/api/products",
        "url.template": "/api/products",
        "server.address": "127.0.0.1",
        "service.peer.name": "frontend",
    }
    assert shop.url.endswith(f":{port}")
    assert span.status.code == span.status.STATUS_CODE_UNSET


def test_the_same_seed_asks_for_the_same(twins: list[Busy]) -> None:
    (first, _), (second, _) = twins
    assert requested(first) == requested(second)


def test_refusals_and_expired_sessions(shop: FakeShop, tmp_path: Path) -> None:
    program = start(shop, tmp_path, seconds=2, rates={"buy": 20})
    wait_for(lambda: len(shop.requests("/api/checkout", "POST")) >= 10, 10)
    shop.generation += 1
    before = len(shop.requests("/api/session", "POST"))
    wait_for(lambda: len(shop.requests("/api/session", "POST")) >= before + 4, 10)
    shop.checkout_status = 503
    finish(program)
    total = result(tmp_path)["total"]
    assert total["errors"] == {"POST /api/checkout: 503": shop.refused}
    assert total["requests"] == len(shop.asked)
    refused = next(each for each in shop.spans if attributes(each).get("error.type") == "503")
    root = next(each for each in shop.spans if each.span_id == refused.parent_span_id)
    assert (root.name, root.status.message) == ("buy", "could not check out: 503")


def test_who_looks_at_a_history_is_logged_in_and_comes_from_an_address_of_the_region(
    shop: FakeShop, tmp_path: Path
) -> None:
    finish(start(shop, tmp_path, rates={"history": 6}))
    asked = shop.requests("/api/history")
    assert len(asked) == 6
    assert {each["x-forwarded-for"].rpartition(".")[0] for each in asked} == set(REGIONS.values())
    assert all(each["cookie"] for each in asked)


def test_arrivals_do_not_wait_for_answers_and_a_full_shop_refuses(shop: FakeShop, tmp_path: Path) -> None:
    shop.delay_s = 0.5
    finish(start(shop, tmp_path, rates={"search": 40}, max_in_flight=10))
    total = result(tmp_path)["total"]
    assert total["journeys_per_s"]["search"] > 0
    assert total["refused"] == 40 - len(shop.requests("/api/products")) >= 20


def test_people_take_turns(shop: FakeShop, tmp_path: Path) -> None:
    people: dict[str, Any] = {"arrival": "users", "users": 5, "think_s": [0.02, 0.05], "seconds": 1}
    finish(start(shop, tmp_path, mix={"search": 1, "buy": 1}, **people))
    seen = result(tmp_path)
    assert seen["state"] == "ended"
    assert len(shop.requests("/api/checkout", "POST")) >= 5
    assert len(shop.requests("/api/products")) >= 5
    assert seen["total"]["errors"] == {}


def test_stops_with_whoever_started_it(shop: FakeShop, tmp_path: Path) -> None:
    shop.delay_s = 30
    program = start(shop, tmp_path, seconds=600, rates={"buy": 20})
    wait_for(lambda: shop.asked, 10)
    assert program.stdin is not None
    program.stdin.close()
    begun = time.monotonic()
    finish(program)
    assert time.monotonic() - begun < 4
    assert result(tmp_path)["state"] == "stopped"
    ends = {attributes(span).get("error.type") for span in shop.spans if span.kind == Span.SPAN_KIND_CLIENT}
    assert ends == {"abandoned"}
    assert {span.name for span in shop.spans} == {"buy", "POST /api/session"}


class _ClosingShop(socketserver.StreamRequestHandler):
    """Answers the first request of a connection, and closes it when the second has come in."""

    def handle(self) -> None:
        self.take()
        body = b'{"user_id": 1}'
        self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        self.take()

    def take(self) -> None:
        length = 0
        while (line := self.rfile.readline().strip().lower()) != b"":
            length = int(line.removeprefix(b"content-length:")) if line.startswith(b"content-length:") else length
        self.rfile.read(length)


def test_a_kept_alive_connection_that_closes_is_no_error(tmp_path: Path) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _ClosingShop) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        closing = FakeShop()
        closing.url = f"http://127.0.0.1:{server.server_address[1]}"
        finish(start(closing, tmp_path, rates={"sign_up": 10}, max_in_flight=1, telemetry=False))
        server.shutdown()
    total = result(tmp_path)["total"]
    assert (total["requests"] + total["refused"], total["errors"]) == (10, {})
    assert total["requests"] >= 2


def test_wrong_settings_end_it_with_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "loadgen", '{"seconds": 0}']
    ended = subprocess.run(command, capture_output=True, text=True, env={}, cwd=tmp_path, timeout=20, check=False)
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (2, "Wrong load:")
    assert list(tmp_path.iterdir()) == []


def attributes(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value or str(each.value.int_value) for each in span.attributes}


def tree(shop: FakeShop, root: Span) -> list[str]:
    """The names of a trace's spans: the root, then its children as they began."""
    children = [span for span in shop.spans if span.parent_span_id == root.span_id]
    return [root.name, *(each.name for each in sorted(children, key=lambda span: span.start_time_unix_nano))]


def requested(shop: FakeShop) -> list[str]:
    """What was bought, searched for and looked at, in an order that does not depend on who was served first."""
    bought = [str(each["body"]) for each in shop.asked if each["route"] in ("/api/cart/items", "/api/checkout")]
    return sorted(bought + [each["query"] for each in shop.requests("/api/products")])
