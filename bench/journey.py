"""`make bench AGAINST=REF`: what a checkout costs here and at another commit, in turns in one run. Four minutes.

Processor time of all processes: the shop, its telemetry store, its lab and the load generator. The other shop stands
idle meanwhile, so that whatever else the machine does hits both alike. Warm-up is left out: the accounts log in first.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from time import sleep

from rich.console import Console
from rich.table import Table

from bench.revision import HERE, installed
from bench.shop import MEGABYTE, Json, Shop, open_shop, resident_bytes, used_s

RATE = 8
TURNS = 4
WARM_UP_S = 10.0
"""The load generator starts, and logs its 50 accounts in."""
TURN_S = 12.0
SETTLE_S = 5.0
IDLE_S = 20.0
MOST_ATTEMPTS = 4
MOST_ERRORS = 5

Costs = dict[str, float]
"""By process; for one `buy`, in milliseconds."""


class TooBusyError(Exception):
    """No turn in which the shop served the load."""


@dataclass
class Side:
    """One of the two shops, and what was measured of it."""

    name: str
    shop: Shop
    idle_share: float = 0.0
    memory_mb: float = 0.0
    turns: list[Costs] = field(default_factory=list)

    def take_turn(self) -> None:
        """Measure under load, once; again where another program left the shop too little of the machine."""
        for _ in range(MOST_ATTEMPTS):
            costs = self._attempt()
            if costs is not None:
                self.turns.append(costs)
                return
        raise TooBusyError(f"{self.name}: this machine is too busy for {RATE} checkouts a second")

    def _attempt(self) -> Costs | None:
        self.shop.start_load({"buy": RATE}, WARM_UP_S + TURN_S)
        sleep(WARM_UP_S)
        before = self._stats()
        used = self.processor_s(TURN_S)
        after = self._stats()
        self.memory_mb = resident_bytes(self.shop.json("status")) / MEGABYTE
        self.shop.run("load", "stop")
        checkouts = after["total"]["checkouts"] - before["total"]["checkouts"]
        per_s = checkouts / (after["elapsed_s"] - before["elapsed_s"])
        if not 0.8 * RATE < per_s < 1.2 * RATE or sum(after["total"]["errors"].values()) > MOST_ERRORS:
            return None
        return {name: seconds / TURN_S / per_s * 1000 for name, seconds in used.items()}

    def _stats(self) -> Json:
        stats: Json = self.shop.json("load", "status")["stats"]
        return stats

    def processor_s(self, seconds: float) -> Costs:
        """Processor time that each process takes in the next so many seconds."""
        processes = self.shop.processes()
        before = used_s(processes)
        sleep(seconds)
        return {name: used - before[name] for name, used in used_s(processes).items()}

    def costs(self) -> list[float]:
        """Of each turn, all processes together."""
        return [sum(turn.values()) for turn in self.turns]

    def cost_of(self, process: str) -> float:
        """Median over the turns."""
        return median(turn[process] for turn in self.turns)


def main() -> None:
    """Measure and print; progress goes to stderr."""
    progress = Console(stderr=True)
    with ExitStack() as stack:
        progress.print("Installing the other commit…")
        there = stack.enter_context(installed(sys.argv[1]))
        progress.print("Opening both shops…")
        sides = [
            Side(name, stack.enter_context(open_shop(checkout)))
            for name, checkout in (("here", HERE), (sys.argv[1], there))
        ]
        for side in sides:
            side.shop.up()
        sleep(SETTLE_S)
        progress.print("Nobody in them…")
        for side in sides:
            side.idle_share = sum(side.processor_s(IDLE_S).values()) / IDLE_S
        for turn in range(TURNS):
            progress.print(f"Turn {turn + 1} of {TURNS}…")
            for side in sides:
                side.take_turn()
    Console(width=110).print(_table(*sides))


def _table(here: Side, there: Side) -> Table:
    title = f"processor time of one checkout at {RATE} a second, {TURNS} turns of {TURN_S:g} s, in ms"
    table = Table("", here.name, there.name, "here / there", title=title, title_justify="left")
    for row in _rows(here, there):
        table.add_row(*row)
    return table


def _rows(here: Side, there: Side) -> Iterator[tuple[str, str, str, str]]:
    ratios = [ours / theirs for ours, theirs in zip(here.costs(), there.costs(), strict=True)]
    yield "all processes", _spread(here.costs(), ".1f"), _spread(there.costs(), ".1f"), _spread(ratios, ".2f")
    for name in sorted(here.turns[0], key=here.cost_of, reverse=True):
        ours, theirs = here.cost_of(name), there.cost_of(name)
        yield f"  {name}", f"{ours:.1f}", f"{theirs:.1f}", f"{ours / theirs:.2f}" if theirs else ""
    yield "of a core, with nobody in the shop", f"{here.idle_share:.1%}", f"{there.idle_share:.1%}", ""
    yield "memory of shop, store and lab, in MB", f"{here.memory_mb:.0f}", f"{there.memory_mb:.0f}", ""


def _spread(values: list[float], form: str) -> str:
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


if __name__ == "__main__":
    main()
