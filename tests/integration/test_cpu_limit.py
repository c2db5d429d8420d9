"""A process that may use a share of a core, for real."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

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


@contextmanager
def working(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that limits itself, computes without a pause, says what it got, and goes on until it is killed."""
    with subprocess.Popen([sys.executable, "-c", WORK, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def said_of(process: subprocess.Popen[str]) -> float:
    """The processor time that it got."""
    assert process.stdout
    return float(process.stdout.readline())


def test_it_gets_its_share_and_no_more() -> None:
    with working() as process:
        assert said_of(process) < SHARE * (SECONDS + 2) + 0.15, "two seconds' share may be used at once"


def test_nothing_is_left_of_a_limit_that_is_lifted() -> None:
    with working("lift") as process:
        said_of(process)
        seen = psutil.Process(process.pid)
        gone = psutil.wait_procs(seen.children(), timeout=10)[1]
        assert not gone
        assert seen.status() != psutil.STATUS_STOPPED


def test_its_keeper_ends_with_it() -> None:
    with working() as process:
        said_of(process)
        keepers = keepers_of(process)
    assert not psutil.wait_procs(keepers, timeout=10)[1]


def test_it_is_kept_further_when_its_keeper_is_killed_while_it_is_stopped() -> None:
    with working() as process:
        said_of(process)
        _, keeper = keepers_of(process)
        stopped_by(keeper, process).kill()
        runs_again(process)
        eventually(lambda: keepers_of(process)[1:] not in ([], [keeper]), "another keeper")


def test_it_runs_without_a_limit_when_its_guardian_is_killed_while_it_is_stopped() -> None:
    with working() as process:
        said_of(process)
        guardian, keeper = keepers_of(process)
        stopped_by(keeper, process)
        guardian.kill()
        keeper.resume()
        runs_again(process)
        assert not psutil.wait_procs([keeper], timeout=10)[1]


def keepers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Whoever keeps it: the guardian, and its child."""
    return psutil.Process(process.pid).children(recursive=True)


def stopped_by(keeper: psutil.Process, process: subprocess.Popen[str]) -> psutil.Process:
    """The keeper, once it has the process stopped; it cannot go on, so it will not resume it either."""

    def has_it_stopped() -> bool:
        keeper.suspend()
        eventually(lambda: keeper.status() == psutil.STATUS_STOPPED, "it does not go on")
        if is_stopped(process):
            return True
        keeper.resume()
        return False

    eventually(has_it_stopped, "the process is stopped")
    return keeper


def is_stopped(process: subprocess.Popen[str]) -> bool:
    """True if the system does not run it."""
    return psutil.Process(process.pid).status() == psutil.STATUS_STOPPED


def runs_again(process: subprocess.Popen[str]) -> None:
    """It uses processor time, more than it can have used before it was stopped for good."""
    used_s = psutil.Process(process.pid).cpu_times().user
    eventually(lambda: psutil.Process(process.pid).cpu_times().user > used_s, "the process runs again")


def eventually(holds: Callable[[], bool], what: str, within_s: float = 10) -> None:
    """Wait for it."""
    deadline = monotonic() + within_s
    while not holds():
        assert monotonic() < deadline, what
        sleep(0.02)
