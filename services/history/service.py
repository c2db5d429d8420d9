"""Customers' lines added up, wherever they are kept."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from opentelemetry import trace

from kit.errors import NotFound
from services.history.lines import Lines, Work
from services.history.schemas import Figure, Group, Region, Row, Summary, Sums
from services.history.tables import lines as table
from services.history.telemetry import Telemetry

_PLACES = {name: place for place, name in enumerate(table.c.keys())}


class Owners(Protocol):
    """Nodes that keep the rows of other regions."""

    async def lines(self, customer_id: int, home: Region) -> list[Row]:
        """A customer's lines as they are; raises GatewayTimeout and Unavailable."""
        ...


@dataclass(frozen=True)
class Question:
    """Which lines of whom, added up by what."""

    customer_id: int
    home: Region
    figures: Sequence[Figure]
    site: int | None = None


class Histories:
    """A node: adds up its own rows in the database, and those of other regions here, when they have come."""

    def __init__(
        self, node: str, keeps: str | None, lines: Callable[[], Lines], owners: Owners, telemetry: Telemetry
    ) -> None:
        """`keeps` is the region whose rows are here, None on a node that stands by."""
        self._node = node
        self._keeps = keeps
        self._lines = lines
        self._owners = owners
        self._telemetry = telemetry

    async def summary(self, question: Question) -> Summary:
        """Answer a question; raises GatewayTimeout and Unavailable when rows cannot be had from their owner."""
        is_here = question.home == self._keeps
        _tell(question.home, self._node, is_here=is_here)
        sums = await (self._from_here(question) if is_here else self._from_afar(question))
        return Summary(node=self._node, home=question.home, site=question.site, sums=sums)

    async def shipped(self, customer_id: int) -> Sequence[Row]:
        """A customer's lines as they are, for another node; raises NotFound on a node that keeps none."""
        if self._keeps is None:
            raise NotFound("No lines are kept here.")
        _tell(self._keeps, self._node, is_here=True)
        rows, work = await self._lines().all(customer_id)
        _tell_work([work])
        self._telemetry.shipped(work.rows)
        return rows

    async def _from_here(self, question: Question) -> list[Sums]:
        lines = self._lines()
        found = [await lines.sums(question.customer_id, figure, question.site) for figure in question.figures]
        _tell_work([work for _, work in found])
        return [sums for sums, _ in found]

    async def _from_afar(self, question: Question) -> list[Sums]:
        rows = await self._owners.lines(question.customer_id, question.home)
        trace.get_current_span().set_attribute("shop.history.rows", len(rows))
        wanted = [row for row in rows if question.site in (None, row[_PLACES["site"]])]
        return [added_up(wanted, figure) for figure in question.figures]


def added_up(rows: Iterable[Row], figure: Figure) -> Sums:
    """Sums as the database makes them."""
    counts: defaultdict[int, int] = defaultdict(int)
    cents: defaultdict[int, int] = defaultdict(int)
    place, amount = _PLACES[figure], _PLACES["amount_cents"]
    for row in rows:
        counts[row[place]] += 1
        cents[row[place]] += row[amount]
    groups = [Group(value=value, lines=counts[value], amount_cents=cents[value]) for value in sorted(counts)]
    return Sums(figure=figure, groups=groups)


def _tell(home: str, node: str, *, is_here: bool) -> None:
    attributes: dict[str, str | bool] = {
        "shop.history.home": home,
        "shop.history.node": node,
        "shop.history.local": is_here,
    }
    trace.get_current_span().set_attributes(attributes)


def _tell_work(works: Sequence[Work]) -> None:
    """The figures of statements on the same lines: together what they read, and once what is the same of each."""
    attributes: dict[str, str | int | float] = {
        "shop.history.rows": sum(each.rows for each in works),
        "shop.history.ranges": works[0].ranges,
        "shop.history.plan": works[0].plan,
        "shop.history.query_time": round(sum(each.took_s for each in works), 6),
    }
    trace.get_current_span().set_attributes(attributes)
