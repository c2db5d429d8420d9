"""How an incident comes about in the shop, and how it ends: in the open, as here, or as a mystery."""

from collections.abc import Sequence
from typing import Protocol

from whodunit.incident.model import Scenario
from whodunit.incident.phases import Remedy
from whodunit.incident.traffic import Rates
from whodunit.runner.ports import Lab
from whodunit.runner.switches import load_spec


class Stopped(Exception):
    """A phase failed without which the rest means nothing."""


class Staging(Protocol):
    """Of one scenario at a time. Every method raises LabError when the lab cannot."""

    def open(self, scenario: Scenario, remedies: Sequence[Remedy]) -> None:
        """What belongs to its history is in force, and customers come."""
        ...

    def onset(self) -> None:
        """Returns when it breaks. Raises Stopped when it has broken already."""
        ...

    def over(self) -> None:
        """Nothing is broken any more; customers come as before the onset."""
        ...

    def abandon(self) -> None:
        """Nothing is in force, however far it has come."""
        ...


class InTheOpen:
    """Everything is switched by the runner, at the moment at which it is wanted."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def open(self, scenario: Scenario, remedies: Sequence[Remedy]) -> None:
        """See `Staging`."""
        self._scenario, self._remedies = scenario, remedies
        self._lab.clear_flag()
        for each in scenario.before:
            self._lab.set_flag(each.flag, each.variant, each.lasts)
        self._let_in(scenario.load.rates)

    def onset(self) -> None:
        """See `Staging`."""
        for fault in self._scenario.flags:
            self._lab.set_flag(fault.flag, fault.variant, fault.lasts, fault.switched)
        for outage in self._scenario.outages:
            self._lab.take_away(outage.outage, outage.lasts)
        if self._scenario.load.rush:
            self._let_in(self._scenario.load.rush_rates)

    def over(self) -> None:
        """See `Staging`."""
        self._lab.clear_flag()
        if self._scenario.load.rush:
            self._let_in(self._scenario.load.rates)
        self._lab.bring_back()

    def abandon(self) -> None:
        """See `Staging`."""
        self._lab.clear_flag()

    def _let_in(self, rates: Rates) -> None:
        self._lab.start_load(load_spec(self._scenario, self._remedies, rates))
