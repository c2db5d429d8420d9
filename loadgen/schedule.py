"""The elapsed time of a run, without the time for which the program was suspended."""

from collections.abc import Callable, Iterator
from time import monotonic

from gevent.event import Event

TICK_S = 0.5
GAP_S = 5.0
"""A longer time between two calls is no busy machine: the program, or the whole machine, was suspended."""


class Schedule:
    """Seconds since the start, without those of a suspension, so that no arrivals pile up after it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._begun = self._last = clock()

    def now_s(self) -> float:
        """The elapsed seconds; call it at least every `TICK_S`."""
        now = self._clock()
        missed_s = now - self._last
        if missed_s > GAP_S:
            self._begun += missed_s
        self._last = now
        return now - self._begun

    def ticks(self, until_s: float, stop: Event) -> Iterator[float]:
        """The elapsed seconds every `TICK_S`, up to `until_s` or until `stop` is set."""
        while (now_s := self.now_s()) < until_s:
            yield now_s
            if stop.wait(TICK_S):
                return
