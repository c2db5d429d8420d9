"""One outage: `python -m whodunit.outage.keeper SECONDS PROGRAM SETTING COMMAND…` stops a program and starts it again.

`COMMAND… stop PROGRAM` and `COMMAND… start PROGRAM` do it. With a SETTING (`NAME=VALUE`, else empty) the program runs
on with that variable: `COMMAND… up --detach --no-deps PROGRAM` does both. The program comes back after so many seconds,
or at once when standard input closes (its parent wants that, or is gone) and on SIGTERM. One line on standard output
tells that the program is away, or why not; exit code 1 when it did not come back.
"""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Thread

from whodunit.shell import Ran, run

AWAY = "away"
WITHIN_S = 30.0
TRIES = 3
UP = ("up", "--detach", "--no-deps")


def keep(seconds: float, program: str, setting: str, command: Sequence[str], over: Event) -> str:
    """Stop `program` until `over` is set or the time is up, then start it; returns an error, empty without one.

    With a `setting` it is not stopped, but runs with that.
    """
    stop, start = (UP, UP) if setting else (("stop",), ("start",))
    name, _, value = setting.partition("=")
    stopped = run([*command, *stop, program], WITHIN_S, {name: value} if setting else None)
    _say(AWAY if stopped.ok else stopped.last_words)
    if stopped.ok:
        with suppress(KeyboardInterrupt):  # where there are no sessions, Ctrl-C reaches this process too
            over.wait(seconds)
    back = _tried([*command, *start, program])
    return "" if back.ok else back.last_words


def _tried(arguments: Sequence[str]) -> Ran:
    back = run(arguments, WITHIN_S)
    for _ in range(TRIES - 1):
        if back.ok:
            break
        back = run(arguments, WITHIN_S)
    return back


def _say(line: str) -> None:
    with suppress(BrokenPipeError):  # the parent is gone: what is away must come back all the same
        os.write(sys.stdout.fileno(), f"{line}\n".encode())


def _until_input_closes(over: Event) -> None:
    sys.stdin.read()
    over.set()


def main() -> None:
    """Entry point."""
    seconds, program, setting, *command = sys.argv[1:]
    over = Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: over.set())
    Thread(target=_until_input_closes, args=(over,), daemon=True).start()
    error = keep(float(seconds), program, setting, command, over)
    if error:
        _say(error)
        sys.exit(1)


if __name__ == "__main__":
    main()
