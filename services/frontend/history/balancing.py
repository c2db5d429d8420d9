"""Which node is asked: the one that has the rows, the next in turn, the one that answers soonest, a region's own."""

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Protocol

from kit.regions import REGIONS
from services.frontend.history.visitors import WEST, Visitor

SMOOTHING = 0.2
"""The weight of the newest answer in a node's average."""


class Balancer(Protocol):
    """Chooses among the nodes for the visitors of one region."""

    def choose(self, home: str) -> str:
        """The node to ask for rows that are kept in the region `home`."""
        ...


class Nearest:
    """The node that keeps the rows: it is named after its region."""

    def choose(self, home: str) -> str:
        """That of `home`."""
        return home


class RoundRobin:
    """One after the other, whatever is asked."""

    def __init__(self, nodes: Callable[[], Sequence[str]]) -> None:
        self._nodes = nodes
        self._turns = count()

    def choose(self, home: str) -> str:  # noqa: ARG002  that is what is wrong with it
        """The next in turn."""
        nodes = self._nodes()
        return nodes[next(self._turns) % len(nodes)]


class Weighted:
    """By chance, a node that answers in half the time four times as often.

    Nothing is known of one that has not answered lately: it counts as the slowest. How long it was waited for is no
    answer's time: in a storm each would read as the time-out, and all alike.
    """

    def __init__(self, nodes: Callable[[], Sequence[str]], dice: random.Random) -> None:
        self._nodes = nodes
        self._dice = dice
        self._averages_s: dict[str, float] = {}

    def answered(self, node: str, took_s: float) -> None:
        """A node has answered, whoever chose it."""
        average_s = self._averages_s.get(node, took_s)
        self._averages_s[node] = average_s + SMOOTHING * (took_s - average_s)

    def failed(self, node: str) -> None:
        """A node has not answered: what was known of it holds no longer."""
        self._averages_s.pop(node, None)

    def choose(self, home: str) -> str:  # noqa: ARG002  answers tell where the rows are
        """One by its weight."""
        nodes = self._nodes()
        slowest_s = max(self._averages_s.values(), default=1.0)
        return self._dice.choices(nodes, [self._averages_s.get(node, slowest_s) ** -2 for node in nodes])[0]


class SecondRegion:
    """For what the US keeps, the node of a second region there; it has none of those rows."""

    def choose(self, home: str) -> str:
        """That of `home`, and in the US the second."""
        return "us-2" if home == "us" else home


Route = Callable[[Visitor], Balancer]
"""The balancer that a visitor's questions go to."""


def by_region(balancers: Mapping[str, Balancer]) -> Route:
    """That of the visitor's region."""
    return lambda visitor: balancers[visitor.region]


def with_the_west_apart(balancers: Mapping[str, Balancer]) -> Route:
    """That of the visitor's region; the west of the US is a region of its own."""
    second = SecondRegion()
    return lambda visitor: second if visitor.is_from(WEST) else balancers[visitor.region]


class Balancers:
    """The balancers of each region's visitors."""

    def __init__(self, nodes: Callable[[], Sequence[str]]) -> None:
        self.nearest = dict.fromkeys(REGIONS, Nearest())
        self.in_turn = {region: RoundRobin(nodes) for region in REGIONS}
        self.weighted = {region: Weighted(nodes, random.Random()) for region in REGIONS}
