"""Begins and ends outages, each in a process of its own, so that they end also when this one is killed."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress

from whodunit.errors import LabError
from whodunit.outage.keeper import AWAY, TRIES, WITHIN_S

BY_HAND = "Bring everything back: docker compose up -d"


class Outages:
    """Outages of programs that `COMMAND…` switches, as the keeper tells it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._running: dict[str, subprocess.Popen[str]] = {}

    def begin(self, program: str, seconds: float, setting: str = "") -> None:
        """Take a program away, or have it run with a setting (`NAME=VALUE`); it comes back by itself after `seconds`.

        Raises LabError when it stays as it is.
        """
        keeper = _spawn([f"{seconds:g}", program, setting, *self._command])
        self._running[program] = keeper
        said = keeper.stdout.readline().strip() if keeper.stdout else ""
        if said != AWAY:
            with suppress(LabError):
                self.end(program)
            raise LabError(f"{program} could not be taken away: {said}", BY_HAND)

    def end(self, program: str) -> None:
        """Bring a program back now, if it is not back yet; raises LabError when it does not come."""
        keeper = self._running.pop(program, None)
        if keeper is None:
            return
        try:
            said, _ = keeper.communicate(timeout=TRIES * WITHIN_S)  # closes its standard input: that ends the outage
        except subprocess.TimeoutExpired as error:
            raise LabError(f"{program} did not come back in time.", BY_HAND) from error
        if keeper.returncode:
            raise LabError(f"{program} did not come back: {said.strip()}", BY_HAND)

    def end_all(self) -> None:
        """Bring back whatever is away; raises LabError."""
        with ExitStack() as ends:
            for program in list(self._running):
                ends.callback(self.end, program)


def _spawn(arguments: Sequence[str]) -> "subprocess.Popen[str]":
    # In a session of its own, so that Ctrl-C reaches the runner alone, which then ends the outage in order.
    return subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "whodunit.outage.keeper", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
