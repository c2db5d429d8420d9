"""One program of the stack as a process: started, paused, killed, stopped in order, with its output in a file."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from whodunit.launcher.memory import pss_bytes

STOP_WITHIN_S = 15.0
SHOWN_LINES = 15
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Launch:
    """How a program is started. `user` is somebody else to run as; `stopped_by` the signal that ends it in order."""

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    user: str | None = None
    stopped_by: signal.Signals = signal.SIGTERM


class Process:
    """A program that can be started again and again."""

    def __init__(self, name: str, launch: Launch, log: Path) -> None:
        self.name = name
        self.launch = launch
        self.log = log
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its id; raises ProcessLookupError while it does not run."""
        if self._running is None or self._running.poll() is not None:
            raise ProcessLookupError(f"{self.name} does not run")
        return self._running.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs or before its first start."""
        return self._running.poll() if self._running else None

    def start(self) -> None:
        """In a process group of its own; ends when the one that started it ends."""
        self.launch.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                self.launch.command,
                cwd=self.launch.folder,
                env=self.launch.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.launch.user,
                extra_groups=[] if self.launch.user else None,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  sets one flag
            )

    def ask_to_stop(self) -> None:
        """In order; returns at once."""
        self._signal(self.launch.stopped_by)

    def stop(self) -> None:
        """In order, by force when that takes too long."""
        self.ask_to_stop()
        self.wait_stopped()

    def wait_stopped(self) -> None:
        """After `ask_to_stop`: it ends by itself, or by force when that takes too long."""
        try:
            self._wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """At once, with whatever it has started."""
        self._signal(signal.SIGKILL, group=True)
        self._wait(STOP_WITHIN_S)

    def pause(self) -> None:
        """It keeps its connections and answers nothing."""
        self._signal(signal.SIGSTOP, group=True)

    def resume(self) -> None:
        """After `pause`."""
        self._signal(signal.SIGCONT, group=True)

    def memory_bytes(self) -> int:
        """Proportional set size of it and whatever it has started; 0 where the system does not tell."""
        family = [psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)]
        return sum(pss_bytes(each.pid) or 0 for each in family)

    def last_words(self) -> str:
        """The end of its output."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-SHOWN_LINES:])

    def _signal(self, number: signal.Signals, *, group: bool = False) -> None:
        with suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(self.pid, number)

    def _wait(self, within_s: float) -> None:
        if self._running:
            self._running.wait(within_s)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
