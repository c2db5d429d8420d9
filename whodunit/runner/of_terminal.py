"""The process of a run that somebody has begun on a terminal of this machine, for the lab to follow and to stop.

It stands in a file that the owner of the state folder alone can write: what is sent to the lab names no process.
"""

import os
import signal

from pydantic import TypeAdapter, ValidationError

from whodunit.errors import WrongUseError
from whodunit.home import Home
from whodunit.launcher.processes import Identity

_IDENTITY = TypeAdapter(Identity)


class OfTerminal:
    """One such process."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def poll(self) -> int | None:
        """None while it runs; what it ended with its terminal alone is told."""
        return None if self._identity.lives() else 0

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._identity.lives():
            os.kill(self._identity.pid, number)


def announce(home: Home, pid: int) -> None:
    """Keep which process runs a case; raises LabError when the disk refuses."""
    home.keep(home.terminal_run_file, _IDENTITY.dump_json(Identity.of(pid)).decode())


def announced(home: Home) -> OfTerminal:
    """The process that was announced last; raises WrongUseError when it does not run."""
    try:
        identity = _IDENTITY.validate_json(home.terminal_run_file.read_bytes())
    except (OSError, ValidationError):
        identity = None
    if identity is None or not identity.lives():
        raise WrongUseError("No terminal of this machine runs a case.", "Start one: whodunit demo")
    return OfTerminal(identity)
