"""A process that has imported what labs and services need, and forks a lab for each state folder that it is told.

All of these shops share the pages of what was imported, as the services of one share their zygote's. It ends when its
standard input does, and the labs go on.
"""

import contextlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import TracebackType

from whodunit.errors import LabError
from whodunit.home import VARIABLE
from whodunit.launcher.child import APPEND, exit_code, leave
from whodunit.launcher.preload import preload, shop_modules
from whodunit.launcher.processes import Identity
from whodunit.launcher.start import THRIFTY_MALLOC

LAB = "whodunit.entry.lite_lab"
OF_A_LAB = (
    LAB,
    "whodunit.store.main",
    "whodunit.classroom.room",
    "whodunit.classroom.routes",
    "whodunit.desk.app",
    "whodunit.desk.mystery.page",
    "whodunit.desk.mystery.actions",
)
"""What every lab of a class comes to need; a lab alone imports the half of it later, or never."""

UNKNOWN_CODE = 1


class Forked:
    """A lab that a nursery has forked; how it ends is the nursery's to know."""

    def __init__(self, identity: Identity) -> None:
        self.pid = identity.pid
        self._identity = identity

    def poll(self) -> int | None:
        """None while it runs."""
        return None if self._identity.lives() else UNKNOWN_CODE

    def send_signal(self, wanted: int) -> None:
        """As `subprocess.Popen` does it."""
        if self._identity.lives():
            os.kill(self.pid, wanted)

    def wait(self) -> int:
        """It has ended when this is called; nothing is left to be taken up here."""
        return UNKNOWN_CODE


class Nursery:
    """Starts labs for as long as the block lasts; `folder` is where their state folders are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> "Nursery":
        # Its own variable is for whoever asks the system which processes belong to this folder.
        env = {**os.environ, **THRIFTY_MALLOC, VARIABLE: str(self._folder / "nursery")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "whodunit.launcher.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The nursery ends, its labs do not."""
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()

    def launch(self, env: Mapping[str, str], log: Path) -> Forked:
        """Fork a lab with this environment; raises LabError when the nursery has ended."""
        told = self._answer({"env": dict(env), "log": str(log)})
        if not told:
            raise LabError("The process that students' shops come from has ended.", "Again: whodunit class up")
        return Forked(Identity.of(int(told)))

    def _answer(self, wanted: object) -> str:
        """Empty when the nursery has ended."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None  # noqa: S101 - it is a pipe
        assert told is not None  # noqa: S101 - as the other
        try:
            asked.write(json.dumps(wanted) + "\n")
            asked.flush()
        except BrokenPipeError:
            return ""
        return told.readline()


def main() -> None:
    """Entry point: each line asks for a lab, and is answered with its process id."""
    # As in whodunit.entry.lite: what is never used is not imported.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    for problem in preload((*OF_A_LAB, *shop_modules())):
        sys.stderr.write(f"cannot import {problem}\n")
    while line := sys.stdin.readline():
        wanted = json.loads(line)
        _reap()  # not at once: whoever asked looks at the process first
        pid = os.fork()
        if pid == 0:
            _become(wanted["env"], wanted["log"])
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    os._exit(0)  # DuckDB's library would tell of leaks that are none


def _become(env: Mapping[str, str], log: str) -> None:
    """Run a lab as if it had been started by its command."""
    code = 1
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        written = os.open(log, APPEND, 0o644)
        os.dup2(written, 1)
        os.dup2(written, 2)
        os.environ.clear()
        os.environ.update(env)
        import_module(LAB).main()
        code = 0
    except SystemExit as error:
        code = exit_code(error.code)
    except BaseException:  # noqa: BLE001 - the last frame of the process: everything ends in its log
        traceback.print_exc()
    finally:
        leave(code)


def _reap() -> None:
    """Take up those that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    main()
