"""Ends the load when whoever started it is gone: the pipe on standard input closes with them."""

import os
import signal
import stat
from collections.abc import Callable

import gevent
from gevent import monkey
from gevent.event import Event

STANDARD_INPUT = 0


def stop_on_signals(stop: Event) -> None:
    """An interrupt or a request to end sets `stop`."""
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, stop.set)


def stop_with_parent(stop: Event) -> None:
    """Set `stop` when standard input closes, if it is a pipe: a terminal or /dev/null says nothing."""
    mode = os.fstat(STANDARD_INPUT).st_mode
    if not stat.S_ISFIFO(mode) and not stat.S_ISSOCK(mode):
        return
    closed = gevent.get_hub().loop.async_()
    closed.start(stop.set)
    # A real thread, unpatched: pipes cannot be waited for in the event loop everywhere.
    start: Callable[..., int] = monkey.get_original("_thread", "start_new_thread")
    read: Callable[[int, int], bytes] = monkey.get_original("os", "read")
    start(_wait_for_end, (read, closed.send))


def _wait_for_end(read: Callable[[int, int], bytes], tell: Callable[[], None]) -> None:
    while read(STANDARD_INPUT, 1024):
        pass
    tell()
