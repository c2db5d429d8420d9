"""Bisection on a grid, and a confirmation of what it found.

Rates that rise until the first failure stop at noise: one bad step ends the search anywhere. A bisection decides at
every step anew, and what it finds is tried once more, for longer; a value that does not hold then makes room for the
next lower one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_REFUTATIONS = 3


@dataclass(frozen=True)
class Step:
    """The value to try next; `confirms` what was found."""

    value: float
    confirms: bool


@dataclass(frozen=True)
class Found:
    """The highest `value` that met the targets and the lowest above it that `missed` them; None where there is none."""

    value: float | None
    missed: float | None
    confirmed: bool


class Search:
    """One search: try `next`, `tell` whether it met the targets, until there is none. `found` is right at any time."""

    def __init__(self, grid: Sequence[float]) -> None:
        """`grid` are the values that may be tried, ascending."""
        self._grid = grid
        self._met, self._missed = -1, len(grid)
        self._confirmed = False
        self._refutations = 0

    @property
    def next(self) -> Step | None:
        """None when the search is over."""
        if self._missed - self._met > 1:
            return Step(self._grid[(self._met + self._missed) // 2], confirms=False)
        if self._met >= 0 and not self._confirmed and self._refutations < MOST_REFUTATIONS:
            return Step(self._grid[self._met], confirms=True)
        return None

    def tell(self, step: Step, *, met: bool) -> None:
        """The result of a step."""
        place = self._grid.index(step.value)
        if met:
            self._met, self._confirmed = place, step.confirms
        else:
            self._missed = place
        if step.confirms and not met:
            self._met -= 1
            self._refutations += 1

    @property
    def found(self) -> Found:
        """What is known so far."""
        value = self._grid[self._met] if self._met >= 0 else None
        missed = self._grid[self._missed] if self._missed < len(self._grid) else None
        return Found(value, missed, self._confirmed)


def grid(most: float, by: float, least: float | None = None) -> list[float]:
    """The values from `least` (`by`, if left out) to `most`, in steps of `by`."""
    start = by if least is None else least
    return [round(start + by * number, 6) for number in range(int((most - start) / by + 1e-9) + 1)]
