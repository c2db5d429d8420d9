"""Who is let in when, and for how long, though the program may be suspended meanwhile."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from gevent.event import Event
from gevent.pool import Pool

from loadgen.journeys import Journey, LogIn
from loadgen.openloop import let_in
from loadgen.plan import Arrival
from loadgen.schedule import GAP_S, Schedule
from loadgen.stats import Stats


class Clock:
    """Goes on only while somebody waits; loses `gap_s` once it has reached `at_s`."""

    def __init__(self, at_s: float, gap_s: float) -> None:
        self.now, self.at_s, self.gap_s = 1000.0, 1000.0 + at_s, gap_s

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        if self.gap_s and self.now >= self.at_s:
            self.now, self.gap_s = self.now + self.gap_s, 0.0
        return False


class Waits(Event):  # type: ignore[misc]  # gevent has no types
    """Never set; waiting is the clock's."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.wait: Callable[[float], bool] = clock.wait


@pytest.mark.parametrize(("gap_s", "late_s"), [(65.0, 0.0), (GAP_S - 1, GAP_S - 1)])
def test_no_backlog_comes_after_a_gap_in_time_and_a_busy_machine_catches_up(gap_s: float, late_s: float) -> None:
    came: list[float] = []
    clock = Clock(at_s=2.0, gap_s=gap_s)
    stats = Stats(clock)
    visitors = Pool(1000)
    visitors.spawn = lambda *_: came.append(clock.now - 1000.0)
    arrivals = [Arrival(float(second), LogIn(1)) for second in range(1, 11)]

    def make(_: Journey) -> None:
        raise AssertionError("nobody is sent on their way here")

    let_in(arrivals, make, visitors, stats, Waits(clock), clock)
    apart = [later - sooner for sooner, later in pairwise(came)]
    assert stats.snapshot()["total"]["late_s"] == pytest.approx(late_s, abs=0.6)
    assert (min(apart) > 0.4) is (late_s == 0.0)


@pytest.mark.parametrize(("gap_s", "ran_s"), [(65.0, 75.0), (GAP_S - 1, 10.0)])
def test_people_get_their_time_whole_after_a_gap(gap_s: float, ran_s: float) -> None:
    clock = Clock(at_s=2.0, gap_s=gap_s)
    ticks = list(Schedule(clock).ticks(10.0, Waits(clock)))
    assert max(later - sooner for sooner, later in pairwise(ticks)) < GAP_S
    assert clock.now - 1000.0 == pytest.approx(ran_s, abs=0.6)
