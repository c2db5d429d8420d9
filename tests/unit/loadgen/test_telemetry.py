"""What the load generator tells of itself, and what it does while nobody listens."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from loadgen import telemetry
from tests.unit.loadgen.fake_shop import FakeShop, open_shop
from tests.unit.loadgen.otlp_receiver import Receiver, listening
from tests.unit.loadgen.serving import wait_for

pytestmark = pytest.mark.process

BUYS = 10


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    root, own = logging.getLogger(), logging.getLogger(telemetry.LOGGER)
    handlers, level = [*root.handlers], own.level
    yield
    root.handlers[:] = handlers
    own.setLevel(level)


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    with open_shop() as opened:
        yield opened


def start(shop: FakeShop, folder: Path, **environment: str) -> "subprocess.Popen[bytes]":
    target = {"LOADGEN_TARGET": shop.url, "LOADGEN_FOLDER": str(folder), "LOADGEN_DRAIN_S": "20"}
    command = [sys.executable, "-m", "loadgen", json.dumps({"seconds": 1, "rates": {"buy": BUYS}})]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=target | environment)


def test_its_own_log_lines_go_where_its_traces_go(shop: FakeShop, tmp_path: Path) -> None:
    with start(shop, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=shop.url) as program:
        assert program.wait(20) == 0
    assert shop.lines == ["Load begins.", "Load ends."]


def test_over_grpc_it_says_that_the_receiver_is_away_and_loses_nothing(shop: FakeShop, tmp_path: Path) -> None:
    receiver = Receiver()
    with listening(receiver, 0) as port:
        pass
    shop.order_s = 4.0  # its customers stay for that long, and the program with them
    where = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    with start(shop, tmp_path, **where, OTEL_BSP_SCHEDULE_DELAY="200", OTEL_BLRP_SCHEDULE_DELAY="200") as program:
        warned = {signal: _sentence(signal, port) for signal in ("traces", "logs")}
        assert program.stderr is not None
        while warned:
            line = program.stderr.readline().decode()
            assert line, "ended without a word"
            warned = {signal: sentence for signal, sentence in warned.items() if sentence not in line}
        with listening(receiver, port):
            wait_for(lambda: receiver.spans.count("watch order") == BUYS, 15)
            assert program.wait(20) == 0
    assert receiver.spans.count("buy") == BUYS
    assert receiver.lines[0] == "Load begins."
    assert {signal for signal in ("traces", "logs") if _sentence(signal, port) in "".join(receiver.lines)} == {
        "traces",
        "logs",
    }


@pytest.mark.usefixtures("logs_as_before")
def test_its_end_does_not_wait_for_a_receiver_of_metrics_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(Receiver(), 0) as port:
        pass
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    started = telemetry.start("http/protobuf", metered=True)
    started.meters.get_meter("test").create_counter("visits").add(1)
    begun = monotonic()
    started.close()
    assert monotonic() - begun < 15, "an offer takes a second; the SDK gives a reader 30 s to end"


def _sentence(signal: str, port: int) -> str:
    """As documented, but for the host and the port."""
    return f"Transient error StatusCode.UNAVAILABLE encountered while exporting {signal} to 127.0.0.1:{port}"
