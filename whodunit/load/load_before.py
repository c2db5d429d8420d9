"""Restores, after a run, the load that its own took the place of."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from whodunit.errors import LabError
from whodunit.lab.answers import LoadState
from whodunit.load.runner import SEALED
from whodunit.load.standing import LIGHT

SHORTEST_S = 5
"""A load with less time left is not started again."""

Json = dict[str, Any]


class LoadSwitch(Protocol):
    """Starts and reports load; raises LabError when it cannot."""

    def load(self) -> LoadState | None:
        """The state of the load that runs, or ran last."""
        ...

    def start_load(self, spec: Json) -> Json:
        """Start load, in place of what runs."""
        ...


@contextmanager
def load_restored(lab: LoadSwitch) -> Iterator[None]:
    """After the block, start the load that ran before it again, for the time that it had left."""
    before = wanted_again(lab.load())
    try:
        yield
    finally:
        if before:
            with suppress(LabError):  # it would hide an error of the block
                lab.start_load(before)


def wanted_again(state: LoadState | None) -> Json | None:
    """The load to start again after something else has run; None when none ran, or it was about to end.

    A mystery's load is the mystery's own to start.
    """
    if not state or not state["running"] or state["spec"] == SEALED:
        return None
    if state.get("light"):
        return LIGHT
    elapsed_s = (state["stats"] or {}).get("elapsed_s", 0.0)
    left_s = round(state["spec"]["seconds"] - elapsed_s)
    return {**state["spec"], "seconds": left_s} if left_s >= SHORTEST_S else None
