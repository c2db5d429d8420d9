"""Processor time by what orders cost in quiet hours."""

import asyncio
from dataclasses import dataclass, field

import pytest

from kit.tasks import background
from kit.variants import Choice, FixedVariants, Option
from services.order.processor_time import Allotment, AllThereIs
from services.order.variants import MEASURED, ORDERS_PER_S, WARM_UP, QuietHoursAllotment

pytestmark = pytest.mark.anyio


@dataclass
class Limit:
    """Keeps what was set; `lifted` when it is lifted."""

    cores: list[float] = field(default_factory=list)
    lifted: asyncio.Event = field(default_factory=asyncio.Event)

    def set(self, cores: float) -> None:
        self.cores.append(cores)

    def lift(self) -> None:
        self.lifted.set()


class Costs:
    """The processor time of orders of which the first ones cost five times as much."""

    def __init__(self, order_s: float) -> None:
        self.order_s, self.orders = order_s, 0

    def used_s(self) -> float:
        return self.order_s * (self.orders + 4 * min(self.orders, WARM_UP))


def take(allotment: Allotment, costs: Costs, orders: int) -> None:
    """Have so many orders begin, each when the one before is done."""
    for _ in range(orders):
        allotment.order_begins()
        costs.orders += 1


def test_the_limit_is_what_so_many_orders_a_second_cost_once_all_is_warm() -> None:
    limit, costs = Limit(), Costs(0.008)
    allotment = QuietHoursAllotment(limit, costs.used_s)
    take(allotment, costs, WARM_UP + MEASURED - 1)
    assert not limit.cores
    take(allotment, costs, 100)
    assert limit.cores == [pytest.approx(ORDERS_PER_S * 0.008, rel=0.25)]


async def test_it_is_lifted_by_a_remedy_and_set_anew_by_a_relapse() -> None:
    limit, costs, switches = Limit(), Costs(0.008), FixedVariants(remedy="off")
    allotment = QuietHoursAllotment(limit, costs.used_s)
    choice = Choice[Allotment](switches, allotment, Option("remedy", "on", AllThereIs()))
    async with background(allotment.watch(choice)):
        take(choice(), costs, WARM_UP + MEASURED)
        switches.values["remedy"] = "on"
        await asyncio.wait_for(limit.lifted.wait(), 5)
        take(choice(), costs, 100)
        switches.values["remedy"] = "off"
        take(choice(), costs, WARM_UP + MEASURED)
    assert len(limit.cores) == 2
