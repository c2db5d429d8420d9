"""Processes by id and start time: the system may have given an id alone to another process since."""

import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

STOP_WITHIN_S = 10.0


@dataclass(frozen=True)
class Identity:
    """A process: its id and when it started, in seconds since the epoch."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "Identity":
        """The identity of a running process; raises psutil.NoSuchProcess."""
        return cls(pid, psutil.Process(pid).create_time())

    def lives(self) -> bool:
        """True while this very process runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 1.0
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def identities(pids: Iterable[int]) -> list[Identity]:
    """The identities of those that still run."""
    found = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append(Identity.of(pid))
    return found


def end(pids: Iterable[int], within_s: float = STOP_WITHIN_S) -> None:
    """Terminate processes, and kill those that have not ended in time. Blocks."""
    end_all(identities(pids), within_s)


def end_all(these: Iterable[Identity], within_s: float = STOP_WITHIN_S) -> None:
    """Terminate exactly these processes, and kill those that have not ended in time. Blocks."""
    living = [each for each in these if each.lives()]
    for each in living:
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(each.pid).terminate()
    living = wait_gone(living, within_s)
    for each in living:
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(each.pid).kill()
    wait_gone(living, within_s)


def wait_gone(these: Iterable[Identity], within_s: float) -> list[Identity]:
    """Wait for processes to end by themselves; returns those that did not. Blocks."""
    deadline = time.monotonic() + within_s
    living = [each for each in these if each.lives()]
    while living and time.monotonic() < deadline:
        time.sleep(0.05)
        living = [each for each in living if each.lives()]
    return living
