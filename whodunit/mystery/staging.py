"""Stages a case as a mystery, by the lab and sealed, for a run that evaluates every check of every phase."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count

from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.loader import Case
from whodunit.incident.model import Scenario
from whodunit.incident.phases import Remedy
from whodunit.lab.client import LabClient
from whodunit.mystery.cases import is_mystery
from whodunit.mystery.choice import choose
from whodunit.mystery.decoys import decoy_of
from whodunit.runner.ports import Clock, Lab
from whodunit.runner.staging import InTheOpen, Stopped
from whodunit.runner.switches import load_spec

MINUTES = 15
ONSET_AFTER_S = 70
"""The shop must have been found healthy by then: 1.6 payments a second on the real programs took 54 s of load, of which
the staging has ten.
"""


class Sealed:
    """A `Staging` by the lab's own mystery of that case: flag file, onset and customers are a player's."""

    def __init__(self, case: Case, client: LabClient, lab: Lab, clock: Clock) -> None:
        """Raises WrongUseError for a case that is not a mystery."""
        self._seed = _seed(case)
        self._client = client
        self._lab = lab
        self._open = InTheOpen(lab)
        self._clock = clock
        self._onset: datetime | None = None

    def open(self, scenario: Scenario, remedies: Sequence[Remedy]) -> None:
        """Starts the load first, since the end of the mystery restores the load from before it."""
        self._lab.clear_flag()
        self._lab.start_load(load_spec(scenario, remedies))
        told = self._client.mystery("POST", body={"seed": self._seed, "minutes": MINUTES, "keep": True})
        self._onset = datetime.fromtimestamp(int(told["started_s"] + ONSET_AFTER_S), UTC)

    def onset(self) -> None:
        """Waits for the onset."""
        assert self._onset is not None  # noqa: S101  the shop was opened
        left_s = (self._onset - self._clock.now()).total_seconds()
        if left_s < 0:
            raise Stopped("the shop was not healthy before the onset, so what it shows proves nothing")
        self._clock.sleep(left_s)

    def over(self) -> None:
        """Gives up, as a player may."""
        self._client.mystery("POST", "/reveal")
        self._onset = None

    def abandon(self) -> None:
        with ExitStack() as ends:
            ends.callback(self._open.abandon)
            if self._onset is not None:
                self.over()


def _seed(case: Case) -> int:
    """A seed that gives this case and this onset, and no decoy."""
    cases = catalogue.cases()
    if case not in cases or not is_mystery(case):
        raise WrongUseError(f"{case.name} is no mystery.", f"There are: {', '.join(mysteries())}")
    choices = ((seed, choose(cases, seed, None, MINUTES)) for seed in count())
    fitting = (seed for seed, choice in choices if (choice.case, choice.onset_after_s) == (case, ONSET_AFTER_S))
    return next(seed for seed in fitting if decoy_of(cases, case.slug, seed) is None)


def mysteries() -> Iterator[str]:
    """The mysteries that every change is tested against in lite mode, by name."""
    return (case.name for case in catalogue.cases() if is_mystery(case))


if __name__ == "__main__":
    print(*mysteries(), sep="\n")  # noqa: T201
