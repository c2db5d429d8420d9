"""A token bucket: so many a second on average, and so many at once when none were taken before."""

from collections.abc import Callable
from time import monotonic


class TokenBucket:
    """Holds `at_once` tokens at most, and gets `per_s` a second."""

    def __init__(self, per_s: float, at_once: float, clock: Callable[[], float] = monotonic) -> None:
        """It is full at first; `clock` tells seconds."""
        self._per_s = per_s
        self._at_once = at_once
        self._clock = clock
        self._left = at_once
        self._since = clock()

    def take(self) -> bool:
        """Take one; False when there is none."""
        if self._refilled() < 1:
            return False
        self.spend()
        return True

    def spend(self) -> None:
        """Take one that may still be a moment away: whoever comes next waits the longer."""
        self._left = self._refilled() - 1

    @property
    def wait_s(self) -> float:
        """Seconds until there is one; 0 if there is."""
        return max(0.0, (1 - self._refilled()) / self._per_s)

    def _refilled(self) -> float:
        now = self._clock()
        self._left = min(self._at_once, self._left + (now - self._since) * self._per_s)
        self._since = now
        return self._left
