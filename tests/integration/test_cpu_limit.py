"""A process that may use a share of a core, for real."""

import subprocess
import sys

import psutil
import pytest

pytestmark = pytest.mark.process

SHARE, SECONDS = 0.1, 2.0

WORK = f"""
import time
from opentelemetry.metrics import get_meter
from kit.cpu_limit import CpuLimit

limit = CpuLimit(get_meter("test"))
limit.set({SHARE})
since, used = time.monotonic(), time.process_time()
while time.monotonic() - since < {SECONDS}:
    pass
print(time.process_time() - used, flush=True)
if __import__("sys").argv[1:] == ["lift"]:
    limit.lift()
while True:
    pass
"""


def working(*arguments: str) -> subprocess.Popen[str]:
    """A process that limits itself, computes without a pause, says what it got, and goes on."""
    return subprocess.Popen([sys.executable, "-c", WORK, *arguments], stdout=subprocess.PIPE, text=True)


def said_of(process: subprocess.Popen[str]) -> float:
    """The processor time that it got."""
    assert process.stdout
    return float(process.stdout.readline())


def test_it_gets_its_share_and_no_more() -> None:
    with working() as process:
        assert said_of(process) < SHARE * (SECONDS + 2) + 0.15, "two seconds' share may be used at once"
        process.kill()


def test_nothing_is_left_of_a_limit_that_is_lifted() -> None:
    with working("lift") as process:
        said_of(process)
        seen = psutil.Process(process.pid)
        gone = psutil.wait_procs(seen.children(), timeout=10)[1]
        assert not gone
        assert seen.status() != psutil.STATUS_STOPPED
        process.kill()


def test_its_keeper_ends_with_it() -> None:
    with working() as process:
        said_of(process)
        [keeper] = psutil.Process(process.pid).children()
        process.kill()
    assert not psutil.wait_procs([keeper], timeout=10)[1]
