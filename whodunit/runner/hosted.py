"""The run that a lab has started, or that a terminal lets it follow: one at a time, each a process of its own."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home, unwritable
from whodunit.lab.run_answers import HostedRun
from whodunit.runner.of_terminal import OfTerminal, announced
from whodunit.runner.so_far import SoFar

STOP_WITHIN_S = 10.0
"""For a run that is stopped to take its faults back."""


def command(mode: str, case: str, events: Path, *, remedies: bool) -> list[str]:
    """The command of a run against the shop of this lab; `mode` is `lite` or `stack`."""
    whodunit = [sys.executable, "-m", "whodunit.entry.cli", "--target", mode]
    options = ["--events", str(events), *(["--remedies"] if remedies else [])]
    return [*whodunit, "scenario", "verify", case, *options]


@dataclass
class _Run:
    """A run and the file of its events, of which `read` bytes are in `so_far`."""

    case: str
    remedies: bool
    process: subprocess.Popen[bytes] | OfTerminal
    events: Path
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    so_far: SoFar = field(default_factory=SoFar)
    read: int = 0
    is_stopping: bool = False

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def told(self, log: Path) -> HostedRun:
        """How far it is; one that ended without a word has left its last ones in `log`."""
        is_running = self.is_running
        self._catch_up()
        run = self.so_far.run
        if not (is_running or run["outcome"] or run["failure"]):
            message = f"It ended without a result, with exit code {self.process.poll()}."
            run["failure"] = {"message": message, "hint": f"Its log: {log} · what is in force: whodunit fault list"}
        return {
            **run,
            "case": self.case,
            "remedies": self.remedies,
            "started": self.started.isoformat(),
            "is_running": is_running,
            "is_stopping": is_running and self.is_stopping,
        }

    def _catch_up(self) -> None:
        with self.events.open("rb") as file:
            file.seek(self.read)
            more = file.read()
        self.read += len(more)
        self.so_far.take(more)


class RunHost:
    """Starts a run, tells how far it is, stops it. `check` raises LabError while no run may be seen or started.

    Not for several threads at once.
    """

    def __init__(self, home: Home, command: Callable[..., Sequence[str]], check: Callable[[], None]) -> None:
        """`command` makes the command of a run, as `command` of this module does of a mode."""
        self._home, self._command, self._check = home, command, check
        self._run: _Run | None = None

    def told(self) -> HostedRun | None:
        """The run that runs or ran last; None when this lab has not started any. Raises LabError."""
        self._check()
        return self._run.told(self._log) if self._run else None

    def start(self, case: str, *, remedies: bool) -> None:
        """Start a run; raises WrongUseError while another one runs, LabError when it cannot be started."""
        self._check_free()
        try:
            self._run = self._begun(case, remedies=remedies)
        except OSError as error:
            raise unwritable(self._home, error) from error

    def follow(self, case: str) -> None:
        """Tell of a run that a terminal has announced, and whose events it writes where a run of the lab's would.

        The file is emptied for it. Raises WrongUseError while another one runs, or when none was announced, LabError
        when the disk refuses.
        """
        self._check_free()
        terminal = announced(self._home)
        try:
            self._run = _Run(case, True, terminal, self._emptied())
        except OSError as error:
            raise unwritable(self._home, error) from error

    def stop(self) -> None:
        """Ask the run to stop, as Ctrl-C does: faults off, load as before. Raises WrongUseError when none runs."""
        if self._run is None or not self._run.is_running:
            raise WrongUseError("No case is running.", "Start one: whodunit scenario verify SLUG")
        self._run.is_stopping = True
        self._run.process.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """End the run, since the lab ends, unless it is a terminal's; blocks."""
        if self._run is None or isinstance(self._run.process, OfTerminal):
            return
        with contextlib.suppress(LabError):
            self.stop()
        try:
            self._run.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._run.process.kill()
            self._run.process.wait()

    def _check_free(self) -> None:
        self._check()
        if self._run and self._run.is_running:
            raise WrongUseError(
                f"{self._run.case} is running, and one runs at a time.", "Wait for its end, or stop it."
            )

    def _begun(self, case: str, *, remedies: bool) -> _Run:
        self._home.create()
        events = self._emptied()
        with self._log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  our own program
                self._command(case, events, remedies=remedies),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "WHODUNIT_HOME": str(self._home.path)},
            )
        return _Run(case, remedies, process, events)

    def _emptied(self) -> Path:
        self._home.hosted_run_file.write_bytes(b"")
        return self._home.hosted_run_file

    @property
    def _log(self) -> Path:
        return self._home.logs_dir / "run.log"
