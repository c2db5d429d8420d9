"""Recorded runs that a lab has opened: each is replayed beside the shop, with a store and a desk of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path

from whodunit.counted import counted
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.incident.loader import in_file_names
from whodunit.lab import run_answers
from whodunit.launcher import labfile
from whodunit.launcher.start import Start
from whodunit.runs import recorded_run
from whodunit.runs.parquet import is_complete
from whodunit.runs.recorded_run import RecordedRun

MOST = 2
"""Each takes a good hundred megabytes of memory."""

WITHIN_S = 60.0
WHOLE = "--whole"


def command(run: Path, *, whole: bool = False) -> list[str]:
    """The program that replays the run in a folder: up to the last moment before anybody acted, or `whole`."""
    return [sys.executable, "-m", "whodunit.entry.replay", str(run.absolute()), *[WHOLE] * whole]


class ReplayHost:
    """Finds recorded runs, opens and closes them. Not for several threads at once."""

    def __init__(self, home: Home, kept: Path = recorded_run.KEPT, most: int = MOST) -> None:
        """`kept` has the recordings that come with the program; at most `most` runs are open at a time."""
        self._home, self._kept, self._most = home, kept, most
        self._open: dict[str, Start] = {}

    def runs(self, case: str) -> list[run_answers.RecordedRun]:
        """The runs of a case, the newest first; last the one that comes with the program."""
        return [self._told(run) for run in self._runs(case)]

    def open(self, case: str, name: str) -> None:
        """Open a run of a case, unless it is; blocks until its pages answer. Raises LabError."""
        run = self._found(case, name)
        if self._address(name):
            return
        self._check_room()
        start = Start(self._state_of(name), command(run.folder))
        self._open[name] = start
        try:
            start.begin()
            start.wait(WITHIN_S, lambda _: None)
        except LabError:
            self.close(name)
            raise

    def close(self, name: str) -> None:
        """Close a run, if it is open; blocks until it has ended."""
        if start := self._open.pop(name, None):
            start.undo()

    def close_all(self) -> None:
        """Close every run, since the lab ends; blocks."""
        for name in list(self._open):
            self.close(name)

    def _runs(self, case: str) -> Iterator[RecordedRun]:
        yield from recorded_run.recorded(self._home, case)
        kept = self._kept / in_file_names(case)
        if (kept / recorded_run.RESULT_FILE).is_file():
            yield recorded_run.read(kept)

    def _found(self, case: str, name: str) -> RecordedRun:
        runs = {run.folder.name: run for run in self._runs(case) if is_complete(run.folder)}
        if name not in runs:
            known = ", ".join(runs) or f"none; record one: whodunit scenario verify {case}"
            raise WrongUseError(f"There is no run {name!r} of {case} with its telemetry.", f"There are: {known}")
        return runs[name]

    def _check_room(self) -> None:
        living = [name for name in self._open if self._address(name)]
        if len(living) >= self._most:
            message = f"{counted(len(living), 'recorded run')} open, as many as may be."
            raise WrongUseError(message, f"Close one: {', '.join(living)}")

    def _state_of(self, name: str) -> Home:
        return Home(self._home.replays_dir / name)

    def _address(self, name: str) -> str | None:
        """The first page of a run that is open."""
        last = labfile.read(self._state_of(name)) if name in self._open else None
        return f"{last.url}/" if last and last.lab.lives() else None

    def _told(self, run: RecordedRun) -> run_answers.RecordedRun:
        return {
            "run": run.folder.name,
            "case": run.name,
            "started": run.start.isoformat(),
            "seconds": run.result["seconds"],
            "passed": run.result["passed"],
            "is_kept": run.folder.parent == self._kept,
            "is_complete": is_complete(run.folder),
            "folder": str(run.folder),
            "desk": self._address(run.folder.name),
        }
