"""Visitors with a real browser, by the load generator itself, and what it says when that browser dies."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from loadgen.chromium import missing
from services.frontend.app import create_app
from services.frontend.settings import Settings
from tests.unit.frontend.peers import Peers
from tests.unit.loadgen.otlp_receiver import Receiver, listening
from tests.unit.loadgen.serving import serve, wait_for

pytestmark = pytest.mark.process

WITHIN_S = 120.0
MB = 1 << 20
DIED = "Browser.new_context: Target page, context or browser has been closed"
OUTGROWN = "The browser uses more memory than it may, and is ended."


@pytest.fixture
def shop() -> Iterator[str]:
    if (absent := missing()) is not None:
        pytest.skip(absent)
    platform = Platform(FixedVariants(), transport=Peers())
    with serve(create_app(Settings(session_secret="a-secret-for-tests-only"), platform)) as url:
        yield url


@contextmanager
def surfing(shop: str, folder: Path, receiver: Receiver, **spec: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The load generator with one browser, which is told to stop in the end."""
    load = {"seconds": 600, "rates": {"browse": 0.5}, "browsers": 1, "think_s": [0.1, 0.2], **spec}
    with listening(receiver, 0) as port:
        environment = {"LOADGEN_TARGET": shop, "LOADGEN_FOLDER": str(folder), "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
        environment |= {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_BSP_SCHEDULE_DELAY": "200"}
        environment |= {"PATH": "/usr/bin:/bin", "HOME": str(folder), "OTEL_BLRP_SCHEDULE_DELAY": "200"}
        command = [sys.executable, "-m", "loadgen", json.dumps(load)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as program:
            yield program
            assert program.poll() is None, "the load ended with its browser"


def browsers(program: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """Chromium's processes."""
    return [each for each in psutil.Process(program.pid).children(recursive=True) if "chrom" in each.name()]


def runs(process: psutil.Process) -> bool:
    """Not only in the table because nobody has asked how it ended."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_visits_are_made_until_the_browser_dies_which_locust_tells(shop: str, tmp_path: Path) -> None:
    receiver = Receiver()
    with surfing(shop, tmp_path, receiver) as program:
        wait_for(lambda: "browse by browser" in receiver.spans, WITHIN_S)
        assert [line for line in receiver.lines if "Traceback" in line] == []
        wait_for(lambda: receiver.numbers.get("shop.browser.visits ended"), WITHIN_S)
        assert receiver.numbers["shop.browser.alive"] == 1
        assert 50 * MB < receiver.numbers["shop.browser.memory.usage"] < receiver.numbers["shop.browser.memory.max"]
        assert receiver.numbers["shop.browser.deaths"] == 0
        failed = receiver.numbers["shop.browser.visits failed"]
        left = browsers(program)
        left[0].kill()
        wait_for(lambda: [line for line in receiver.lines if line.startswith(f"{DIED}\n")], WITHIN_S)
        [told, *_] = [line for line in receiver.lines if line.startswith(DIED)]
        assert "locust/user/task.py" in told
        wait_for(lambda: receiver.numbers["shop.browser.visits failed"] > failed, WITHIN_S)
        assert (receiver.numbers["shop.browser.alive"], receiver.numbers["shop.browser.deaths"]) == (0, 1)
    wait_for(lambda: not any(map(runs, left)), WITHIN_S)


def test_a_browser_that_uses_more_memory_than_it_may_is_ended(shop: str, tmp_path: Path) -> None:
    receiver = Receiver()
    with surfing(shop, tmp_path, receiver, browser_memory_mb=100):
        wait_for(lambda: [line for line in receiver.lines if line.startswith(f"{DIED}\n")], WITHIN_S)
    assert OUTGROWN in receiver.lines
    assert receiver.numbers["shop.browser.memory.max"] == 100 * MB


def test_a_browser_that_is_closed_has_not_died(shop: str, tmp_path: Path) -> None:
    receiver = Receiver()
    with surfing(shop, tmp_path, receiver) as program:
        wait_for(lambda: receiver.numbers.get("shop.browser.alive"), WITHIN_S)
        assert program.stdin is not None
        program.stdin.close()
        wait_for(lambda: not receiver.numbers["shop.browser.alive"], WITHIN_S)
    assert receiver.numbers["shop.browser.deaths"] == 0
