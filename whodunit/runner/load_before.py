"""A run puts its own load in place; what ran before comes back after it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from whodunit.errors import LabError
from whodunit.load.standing import LIGHT

SHORTEST_S = 5
"""Less than this is not worth starting again."""

Json = dict[str, Any]


class LoadSwitch(Protocol):
    """Starts load and tells what runs; raises LabError when it cannot."""

    def load(self) -> Json | None:
        """What runs, or ran last."""
        ...

    def start_load(self, spec: Json) -> Json:
        """Start load, in place of what runs."""
        ...


@contextmanager
def load_put_back(lab: LoadSwitch) -> Iterator[None]:
    """Start again, for the time it had left, whatever load runs before the block; where none runs, none will."""
    before = wanted_again(lab.load())
    try:
        yield
    finally:
        if before:
            with suppress(LabError):  # it would hide what happened within
                lab.start_load(before)


def wanted_again(state: Json | None) -> Json | None:
    """The load to start again after something else has run; None when none ran, or it was about to end."""
    if not state or not state["running"]:
        return None
    if state.get("light"):
        return LIGHT
    elapsed_s = (state["stats"] or {}).get("elapsed_s", 0.0)
    left_s = round(state["spec"]["seconds"] - elapsed_s)
    return {**state["spec"], "seconds": left_s} if left_s >= SHORTEST_S else None
