"""Sets up a new process, then runs its program in it.

Its standard input is the lifeline: nothing is ever written there, and end of file means that its parent is gone.
The process then stops by itself, so that a killed lab leaves nothing behind.
"""

import json
import os
import signal
import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from whodunit.launcher.program import Program

LIFELINE = 0
PROGRAM = "WHODUNIT_PROGRAM"
"""The variable in which a spawned process finds what it is to run."""

STOP_WITHIN_S = 9.0
APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def become(program: Program) -> NoReturn:
    """Run `program`, then exit with its exit code. `LIFELINE` is already in place."""
    code = 1
    try:
        _take_place(program)
        _stop_in_order()
        _watch_lifeline()
        code = _run(program.target)
    except BaseException:  # noqa: BLE001 - the last frame of the process: everything ends in its log
        traceback.print_exc()
    finally:
        leave(code)


def _take_place(program: Program) -> None:
    if program.log_file:
        log = os.open(program.log_file, APPEND, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
    os.environ.update(program.env)
    os.chdir(program.folder)
    _show_name(program.name)


def _show_name(name: str) -> None:
    # The name that ps and top show; only Linux lets a process write it there.
    if sys.platform == "linux":
        Path("/proc/self/comm").write_text(name, "utf-8")


def _stop_in_order() -> None:
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # After its shutdown, uvicorn raises the signal that stopped it again: the default action would end the
        # process before it has sent the rest of its telemetry.
        nonlocal stopping
        if not stopping:
            stopping = True
            raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _watch_lifeline() -> None:
    threading.Thread(target=_end_with_parent, name="lifeline", daemon=True).start()


def _end_with_parent() -> None:
    while os.read(LIFELINE, 1):
        pass
    signal.raise_signal(signal.SIGTERM)
    threading.Event().wait(STOP_WITHIN_S)
    os._exit(1)


def _run(target: str) -> int:
    module, function = target.split(":")
    try:
        getattr(import_module(module), function)()
    except SystemExit as error:
        return exit_code(error.code)
    return 0


def exit_code(code: Any) -> int:
    """The one that a `SystemExit` of this code ends a process with; a text is written to standard error."""
    if isinstance(code, str):
        sys.stderr.write(code + "\n")
        return 1
    return int(code or 0)


def leave(code: int) -> NoReturn:
    """End this process with what it wrote."""
    sys.stdout.flush()
    sys.stderr.flush()
    # No exit handler of the process that this one was forked from may run here.
    os._exit(code)


def main() -> None:
    """Entry point where processes are spawned: the program comes as JSON in the environment."""
    become(Program.from_json(json.loads(os.environ.pop(PROGRAM))))


if __name__ == "__main__":
    main()
