"""Arrivals that do not wait for answers: a shop that slows down gets no less to do."""

from collections.abc import Callable, Iterable
from time import monotonic

from gevent.event import Event
from gevent.pool import Pool

from loadgen.journeys import Journey
from loadgen.plan import Arrival
from loadgen.schedule import TICK_S, Schedule
from loadgen.stats import Stats


def let_in(
    arrivals: Iterable[Arrival],
    make: Callable[[Journey], None],
    visitors: Pool,
    stats: Stats,
    stop: Event,
    clock: Callable[[], float] = monotonic,
) -> None:
    """Send each visitor on their way at their time, until all have come or `stop` is set.

    `visitors` bounds the visitors at a time; one more is refused, and counted.
    """
    schedule = Schedule(clock)
    for arrival in arrivals:
        while (wait_s := arrival.at_s - schedule.now_s()) > 0 and not stop.wait(min(wait_s, TICK_S)):
            pass
        if stop.is_set():
            return
        full = visitors.full()
        stats.arrival(max(0.0, -wait_s), refused=full)
        if not full:
            visitors.spawn(make, arrival.journey)
        stats.in_flight = len(visitors)
