"""Stops the lab from a command, and the processes that a killed lab has left."""

import contextlib

from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.lab.client import LabClient
from whodunit.launcher import labfile, survivors
from whodunit.launcher.processes import end_all, wait_gone

STOP_WITHIN_S = 45.0


def stop(home: Home) -> bool:
    """Leave no process, port or lock of this state folder; returns True if anything was running."""
    last = labfile.read(home)
    if last is None:
        return False
    was_running = last.lab.lives() or bool(survivors.of_killed_lab(home))
    if last.lab.lives():
        _ask(home)
        wait_gone([last.lab], STOP_WITHIN_S)
        end_all([last.lab])
    end_all(last.processes)
    _leave_nothing(home)
    return was_running


def _ask(home: Home) -> None:
    with contextlib.suppress(LabError), LabClient.connect(home) as lab:
        lab.shutdown()


def _leave_nothing(home: Home) -> None:
    for file in (home.lab_file, home.lock_file):
        file.unlink(missing_ok=True)
