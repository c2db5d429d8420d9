"""Ends the load when its parent process ends: the pipe on standard input closes with it."""

import os
import signal
import stat
from collections.abc import Callable

import gevent
from gevent import monkey
from gevent.event import Event

STANDARD_INPUT = 0


def stop_on_signals(stop: Event) -> None:
    """Set `stop` on SIGINT and SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, stop.set)


def stop_with_parent(stop: Event) -> None:
    """Set `stop` when standard input closes, if it is a pipe: a terminal or /dev/null has no parent behind it."""
    mode = os.fstat(STANDARD_INPUT).st_mode
    if not stat.S_ISFIFO(mode) and not stat.S_ISSOCK(mode):
        return
    closed = gevent.get_hub().loop.async_()
    closed.start(stop.set)
    # A real thread, unpatched: pipes cannot be waited for in the event loop everywhere.
    start: Callable[..., int] = monkey.get_original("_thread", "start_new_thread")
    read: Callable[[int, int], bytes] = monkey.get_original("os", "read")
    start(_wait_for_end, (read, closed.send))


def _wait_for_end(read: Callable[[int, int], bytes], closed: Callable[[], None]) -> None:
    while read(STANDARD_INPUT, 1024):
        pass
    closed()
