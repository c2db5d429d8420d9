"""Runs somebody's `main.py` as if it had been typed, and ends it as Ctrl-C would when its standard input ends.

So exit handlers run, on every system, and no application outlives whoever started it. This file is run by its
path and imports nothing but the standard library: the application's folder is the first to be searched.
"""

import _thread
import os
import runpy
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

MAIN = "main.py"
STDIN = 0
GRACE_S = 0.3
"""An answer can be read before the thread that gave it has ended its span."""


def main() -> None:
    """Run the file that is named, in the current folder."""
    # A shell without job control has what it runs in the background ignore the signal, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.excepthook = _print_whole
    threading.Thread(target=_end_with_parent, args=(threading.get_ident(),), daemon=True).start()
    sys.path[0] = str(Path.cwd())
    with suppress(KeyboardInterrupt):
        runpy.run_path(sys.argv[1], run_name="__main__")


def _print_whole(raised: threading.ExceptHookArgs) -> None:
    """Print a thread's traceback at once: by itself it comes in pieces, and lines of other threads between them."""
    if raised.exc_type is not SystemExit:
        lines = traceback.format_exception(raised.exc_type, raised.exc_value, raised.exc_traceback)
        sys.stderr.write("".join(lines))


def _end_with_parent(main_thread: int) -> None:
    # Not through sys.stdin: an interpreter that ends meanwhile cannot take its lock, and aborts.
    while os.read(STDIN, 1):
        pass
    time.sleep(GRACE_S)
    # A thread that waits for a lock is woken by a real signal alone.
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main_thread, signal.SIGINT)
    else:
        _thread.interrupt_main()


if __name__ == "__main__":
    main()
