"""Load as a number of people, by Locust's own runner: each makes one journey after the other, with pauses."""

from collections.abc import Callable
from itertools import count
from random import Random

import gevent
from gevent.event import Event
from locust import User, task
from locust.env import Environment

from loadgen.journeys import Journey
from loadgen.plan import turns
from loadgen.schedule import Schedule
from loadgen.shape import shape_of
from loadgen.spec import LoadSpec
from loadgen.stats import Stats


def populate(
    environment: Environment, spec: LoadSpec, make: Callable[[Journey], None], stats: Stats, stop: Event
) -> None:
    """Keep as many people in the shop as the shape gives, until the time is over or `stop` is set."""
    environment.user_classes = [person(spec, make)]
    runner = environment.create_local_runner()
    shape, wanted = shape_of(spec.shape), 0
    for elapsed_s in Schedule().ticks(spec.seconds, stop):
        people = max(1, round(spec.users * shape.factor(elapsed_s)))
        if people != wanted:
            wanted = people
            runner.start(wanted, spawn_rate=max(1.0, wanted / 2))
        stats.in_flight = runner.user_count
    runner.quit()


def person(spec: LoadSpec, make: Callable[[Journey], None]) -> type[User]:
    """A Locust user whose journeys and pauses depend on the seed and on their number alone."""
    numbers = count()

    class Person(User):
        def on_start(self) -> None:
            number = next(numbers)
            self.plan = turns(spec, number)
            self.dice = Random(f"{spec.seed}/pauses/{number}")

        def wait_time(self) -> float:
            return self.dice.uniform(*spec.think_s)

        @task
        def visit(self) -> None:
            make(next(self.plan))

    return Person


def thinking(spec: LoadSpec) -> Callable[[], None]:
    """A pause between two requests of a journey: half of one between two journeys."""
    dice = Random(f"{spec.seed}/thoughts")
    return lambda: gevent.sleep(dice.uniform(*spec.think_s) / 2)
