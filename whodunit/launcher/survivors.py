"""Processes that a killed lab has left running."""

from whodunit.home import Home
from whodunit.launcher import labfile
from whodunit.launcher.processes import Identity, end_all


def of_killed_lab(home: Home) -> list[Identity]:
    """The processes that a killed lab has left; empty when the lab runs, or stopped in order."""
    last = labfile.read(home)
    if last is None or last.lab.lives():
        return []
    return [process for process in last.processes if process.lives()]


def clean_up(home: Home) -> int:
    """End them (they are ending by themselves, but their ports are needed now); returns how many there were."""
    survivors = of_killed_lab(home)
    end_all(survivors)
    return len(survivors)
