"""Bisection on a grid, and a confirmation of what it found.

Rates that rise until the first failure stop at noise: one bad step ends the search anywhere. A bisection decides at
every step anew, and both ends of what it finds are tried once more, for longer: a miss that was noise sends the search
on above it, and a value that does not hold makes room for the next lower one.
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
        self._met, self._misses = -1, {len(grid)}
        self._confirmed: set[int] = {-1, len(grid)}
        self._refutations = 0

    @property
    def _missed(self) -> int:
        return min(self._misses)

    @property
    def next(self) -> Step | None:
        """None when the search is over."""
        if self._missed - self._met > 1:
            return Step(self._grid[(self._met + self._missed) // 2], confirms=False)
        for place in (self._missed, self._met):
            if place not in self._confirmed and self._refutations < MOST_REFUTATIONS:
                return Step(self._grid[place], confirms=True)
        return None

    def tell(self, step: Step, *, met: bool) -> None:
        """The result of a step."""
        place = self._grid.index(step.value)
        refutes = step.confirms and met == (place in self._misses)
        self._refutations += refutes
        if step.confirms:
            self._confirmed.add(place)
        if met:
            self._met = place
            self._misses.discard(place)
        else:
            self._misses.add(place)
            self._met -= refutes

    @property
    def found(self) -> Found:
        """What is known so far."""
        value = self._grid[self._met] if self._met >= 0 else None
        missed = self._grid[self._missed] if self._missed < len(self._grid) else None
        return Found(value, missed, value is not None and self._met in self._confirmed)


def grid(most: float, by: float, least: float | None = None) -> list[float]:
    """The values from `least` (`by`, if left out) to `most`, in steps of `by`."""
    start = by if least is None else least
    return [round(start + by * number, 6) for number in range(int((most - start) / by + 1e-9) + 1)]
