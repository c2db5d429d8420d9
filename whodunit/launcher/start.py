"""Starts the lab from a command and waits until the shop is open."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from whodunit.errors import LabError
from whodunit.home import Home, unwritable
from whodunit.lab.answers import LabStatus, ProgramStatus
from whodunit.lab.client import LabClient
from whodunit.launcher import kept_backend, labfile, start_method
from whodunit.launcher.inherited import inherited
from whodunit.launcher.lock import AnotherLabError
from whodunit.launcher.processes import Identity, end_all, wait_gone

POLL_S = 0.1
GIVE_UP_RESTARTS = 3
LAB_WITHIN_S = 30.0
ENDING_WITHIN_S = 45.0

DISK_FULL = (os.strerror(errno.ENOSPC), "database or disk is full")
"""The messages of the operating system and of SQLite."""

LAUNCHER = (sys.executable, "-m", "whodunit.entry.lite")
THRIFTY_MALLOC = {
    "MALLOC_ARENA_MAX": "1",  # else each thread of each service keeps what it once needed
    "MALLOC_MMAP_THRESHOLD_": "1048576",  # a large block (19 MiB for each password) goes back when it is freed
    "MALLOC_TRIM_THRESHOLD_": "262144",
}
"""For glibc, which reads it when a process begins; the forked services have it from the lab."""

Json = dict[str, Any]
Progress = Callable[[LabStatus], None]


class Launched(Protocol):
    """A lab's process, as `subprocess.Popen` has it."""

    @property
    def pid(self) -> int:
        """Its id."""
        ...

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        ...

    def send_signal(self, wanted: int, /) -> None:
        """Send a signal, unless it has ended."""
        ...

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        ...


Launch = Callable[[Mapping[str, str], Path], Launched]
"""Starts a lab with this environment, which writes to that file; raises OSError or LabError."""


class Start:
    """One attempt to have the shop running in `home`."""

    def __init__(self, home: Home, command: Sequence[str] | Launch = LAUNCHER) -> None:
        """Starts nothing yet. `command` is the program of the lab, or what starts it otherwise."""
        self._home = home
        self._launch = command if callable(command) else partial(_popen, command)
        self._process: Launched | None = None

    def begin(self) -> bool:
        """Start the lab unless it runs; returns whether it was started. Raises LabError when it cannot be."""
        last = labfile.read(self._home)
        if last and last.lab.lives() and self._answers():
            return False
        if last:
            wait_gone([last.lab], ENDING_WITHIN_S)  # it is stopping
        self._home.create()
        self._home.probe()
        self._process = self._spawn()
        return True

    def wait(self, within_s: float, progress: Progress) -> LabStatus:
        """Wait until every program is ready; returns the status. Raises LabError when one will not be."""
        deadline = time.monotonic() + within_s
        with self._connect() as lab:
            while not is_open(status := lab.status()):
                progress(status)
                give_up_on_hopeless(self._home, status)
                if time.monotonic() > deadline:
                    raise _not_ready(status, within_s)
                time.sleep(POLL_S)
        return status

    def first_look(self) -> LabStatus:
        """The status as soon as the lab answers."""
        with self._connect() as lab:
            return lab.status()

    def undo(self) -> None:
        """Stop the lab if this attempt started it."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            end_all([Identity.of(self._process.pid)], ENDING_WITHIN_S)
        self._process.wait()

    def _connect(self) -> LabClient:
        deadline = time.monotonic() + LAB_WITHIN_S
        while time.monotonic() < deadline:
            if self._answers():
                return LabClient.connect(self._home)
            self._check_alive()
            time.sleep(POLL_S)
        raise LabError("The lab does not answer.", f"End it: whodunit down · its log: {self._log()}")

    def _answers(self) -> bool:
        try:
            LabClient.connect(self._home).close()
        except LabError:
            return False
        return True

    def _check_alive(self) -> None:
        code = self._process.poll() if self._process else None
        if code not in (None, AnotherLabError.default_exit_code):
            last_words = _last_line(self._log())
            _blame_disk(self._home, last_words)
            self._home.probe()
            raise LabError(f"The lab could not start. {last_words}", f"Its log: {self._log()}")

    def _spawn(self) -> Launched:
        env = {
            **THRIFTY_MALLOC,
            **inherited(kept_backend.added(os.environ, self._home)),
            "WHODUNIT_HOME": str(self._home.path),
            start_method.VARIABLE: start_method.start_method(),
        }
        try:
            Path(self._log()).write_bytes(b"")
            return self._launch(env, Path(self._log()))
        except OSError as error:
            raise unwritable(self._home, error) from error

    def _log(self) -> str:
        return str(self._home.logs_dir / "lab.log")


def _popen(command: Sequence[str], env: Mapping[str, str], log_file: Path) -> Launched:
    with log_file.open("ab") as log:
        return subprocess.Popen(  # noqa: S603  our own program
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=env,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )


def programs(status: LabStatus) -> list[ProgramStatus]:
    """The services and the store."""
    return [*status["services"], *([status["store"]] if status["store"] else [])]


def is_open(status: LabStatus) -> bool:
    """True if every program is ready."""
    return all(program["ready"] for program in programs(status))


def give_up_on_hopeless(home: Home, status: LabStatus) -> None:
    """Raise LabError when a program ended again and again, or the disk is full."""
    if status["store"]:
        _blame_disk(home, status["store"].get("write_error") or "")
    for program in programs(status):
        if not program["ready"] and program["restarts"] >= GIVE_UP_RESTARTS:
            last_words = _last_line(program["log"])
            _blame_disk(home, last_words)
            home.probe()
            raise LabError(
                f"{program['name']} does not start ({program['last_exit']}): {last_words}",
                f"Its log: {program['log']} · stop the rest: whodunit down",
            )


def _blame_disk(home: Home, words: str) -> None:
    """Raise LabError when the words report a full disk."""
    if any(sign in words for sign in DISK_FULL):
        raise unwritable(home, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))


def _not_ready(status: LabStatus, within_s: float) -> LabError:
    late = ", ".join(program["name"] for program in programs(status) if not program["ready"])
    return LabError(
        f"Not ready after {within_s:.0f} s: {late}.",
        f"Look again: whodunit status · logs: {programs(status)[0]['log'].rsplit(os.sep, 1)[0]}",
    )


def _last_line(log: str) -> str:
    try:
        with open(log, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123 - the name is text already
            return next((line.strip() for line in reversed(lines.readlines()) if line.strip()), "")
    except OSError:
        return ""
