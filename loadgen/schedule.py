"""How far a run is, whatever time the program was suspended for meanwhile."""

from collections.abc import Callable, Iterator
from time import monotonic

from gevent.event import Event

LOOK_EVERY_S = 0.5
GAP_S = 5.0
"""Later than that after a look is no busy machine: the program, or the whole machine, was suspended."""


class Schedule:
    """Seconds since the start, without those it was suspended for: who missed them does not come later."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._begun = self._looked = clock()

    def now_s(self) -> float:
        """How far the schedule is; ask at least every `LOOK_EVERY_S`."""
        now = self._clock()
        missed_s = now - self._looked
        if missed_s > GAP_S:
            self._begun += missed_s
        self._looked = now
        return now - self._begun

    def looks(self, until_s: float, stop: Event) -> Iterator[float]:
        """How far it is, again and again, until it is as far as that or `stop` is set."""
        while (now_s := self.now_s()) < until_s:
            yield now_s
            if stop.wait(LOOK_EVERY_S):
                return
