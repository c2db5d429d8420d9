"""Stages an incident: its history, its onset and its end; in the open, as here, or as a mystery."""

from collections.abc import Sequence
from typing import Protocol

from whodunit.incident.model import Scenario
from whodunit.incident.phases import Remedy
from whodunit.runner.ports import Lab
from whodunit.runner.switches import load_spec


class Stopped(Exception):
    """A phase failed on which the rest of the run depends."""


class Staging(Protocol):
    """Stages one scenario at a time. Every method raises LabError when the lab fails."""

    def open(self, scenario: Scenario, remedies: Sequence[Remedy]) -> None:
        """Put its history in force and start its load."""
        ...

    def onset(self) -> None:
        """Return at the onset. Raises Stopped when it has passed already."""
        ...

    def over(self) -> None:
        """End the faults; the load is as before the onset."""
        ...

    def abandon(self) -> None:
        """End whatever is in force."""
        ...


class InTheOpen:
    """Switches everything at once, when the runner asks for it."""

    def __init__(self, lab: Lab, longer_s: float = 0.0) -> None:
        """`longer_s` is how much longer the run may take than its checks."""
        self._lab = lab
        self._longer_s = longer_s

    def open(self, scenario: Scenario, remedies: Sequence[Remedy]) -> None:
        """Set the flags of its history and start its load."""
        self._scenario, self._remedies = scenario, remedies
        self._lab.clear_flag()
        for each in scenario.before:
            self._lab.set_flag(each.flag, each.variant, each.lasts)
        self._start_load()

    def onset(self) -> None:
        """Set the flags of its faults, begin its outages, and change its load."""
        for fault in self._scenario.flags:
            self._lab.set_flag(fault.flag, fault.variant, fault.lasts, fault.switched)
        for outage in self._scenario.outages:
            self._lab.take_away(outage.outage, outage.lasts, outage.setting)
        if self._load_changes:
            self._start_load(rush_at_s=0.0)

    def over(self) -> None:
        """Clear every flag, end its outages; the load is as it was."""
        self._lab.clear_flag()
        if self._load_changes:
            self._start_load()
        self._lab.bring_back()

    def abandon(self) -> None:
        """Clear every flag."""
        self._lab.clear_flag()

    @property
    def _load_changes(self) -> bool:
        return bool(self._scenario.load.rush or self._scenario.browser_memory_mb)

    def _start_load(self, rush_at_s: float | None = None) -> None:
        self._lab.start_load(load_spec(self._scenario, self._remedies, rush_at_s=rush_at_s, longer_s=self._longer_s))
