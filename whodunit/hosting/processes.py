"""The processes of students' shops, found by what the system knows of them: no file has to tell of each."""

import contextlib
import os
from pathlib import Path

import psutil

from whodunit.errors import LabError
from whodunit.home import VARIABLE, Home
from whodunit.launcher import labfile


def below(folder: Path) -> list[psutil.Process]:
    """The programs that were started for a state folder in `folder`: labs, what they forked, load, runs."""
    return [process for process in psutil.process_iter() if folder in _home_of(process).parents]


def of(home: Home) -> list[psutil.Process]:
    """The lab of a state folder, and all that it has started; empty when it does not run."""
    with contextlib.suppress(LabError, psutil.Error):
        last = labfile.read(home)
        if last and last.lab.lives():
            lab = psutil.Process(last.lab.pid)
            return [lab, *lab.children(recursive=True)]
    return []


def _home_of(process: psutil.Process) -> Path:
    """The state folder; that of a shell, or of a command that a person types, does not count."""
    with contextlib.suppress(psutil.Error, OSError):
        if process.pid != os.getpid() and "-m" in process.cmdline():
            return Path(process.environ().get(VARIABLE, ""))
    return Path()
