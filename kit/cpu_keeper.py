"""Keeps another process within its share of a core: `python -m kit.cpu_keeper PID SHARE`.

It measures the process, and stops it (SIGSTOP) for as long as it has used more, as cpulimit(1) does. That needs no
rights, and works wherever signals do; process 1 of a container cannot be stopped from inside.

They are two, so that it does not stay stopped when one of them is killed: a guardian, and its child, which measures and
stops. When the child is killed, the guardian resumes the process and has another child go on; without its guardian, the
child resumes it and ends.
"""

import os
import select
import signal
import sys
from collections.abc import Callable
from time import monotonic
from typing import Protocol

import psutil

LOOK_EVERY_S = 0.01

BURST_S = 2.0
"""What was left over in so many seconds may be used at once."""

RESUME_S = 0.2
"""A stopped process runs again when it may use what so many seconds give."""


class Stoppable(Protocol):
    """A process as its keeper sees it."""

    def used_s(self) -> float:
        """Its processor time so far."""
        ...

    def stop(self) -> None:
        """Have the system not run it."""
        ...

    def resume(self) -> None:
        """Have the system run it again."""
        ...


def keep(process: Stoppable, cores: float, clock: Callable[[], float], wait: Callable[[], bool]) -> None:
    """Keep `process` within its share while `wait`, for a moment each time, says so; it runs when this is over."""
    left_s, used_s, now_s, stopped = BURST_S * cores, process.used_s(), clock(), False
    try:
        while wait():
            before, used_s, now_s = (used_s, now_s), process.used_s(), clock()
            left_s = min(BURST_S * cores, left_s + (now_s - before[1]) * cores - (used_s - before[0]))
            if not stopped and left_s < 0:
                process.stop()
                stopped = True
            elif stopped and left_s >= RESUME_S * cores:
                process.resume()
                stopped = False
    finally:
        process.resume()


class _Process:
    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.stop, self.resume = self._process.suspend, self._process.resume

    def used_s(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system


def _goes_on() -> bool:
    """The process that is limited holds the other end of our standard input, for as long as it wants the limit."""
    return not select.select([sys.stdin], [], [], LOOK_EVERY_S)[0]


def _was_killed(child: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) < 0


def _guarded(process: _Process, cores: float) -> None:
    guardian = os.getpid()
    while child := os.fork():
        if not _was_killed(child):
            return
        process.resume()
    keep(process, cores, monotonic, lambda: os.getppid() == guardian and _goes_on())


def main() -> None:
    """Keep a process within its share until it lets go of the lifeline."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # it ends with its lifeline; before that, the process might stay stopped
    try:
        _guarded(_Process(int(sys.argv[1])), float(sys.argv[2]))
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    main()
