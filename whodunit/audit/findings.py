"""The differences between the books."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from whodunit.audit.books import COMPLETED, PROCESSING, Books, Charge, Order

STUCK_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Findings:
    """Numbers of orders, but for `stock_difference`, which counts pieces. All but `orders` should be 0.

    lost: ended, and the money kept differs from the order, or money was kept for an unknown order.
    double_charged: more than one charge kept. stuck: in processing for longer than a minute.
    """

    orders: int
    lost: int
    double_charged: int
    stock_difference: int
    stuck: int

    @property
    def held(self) -> bool:
        """True if every promise was kept."""
        return not (self.lost or self.double_charged or self.stock_difference or self.stuck)

    def as_json(self) -> dict[str, int]:
        """The findings as JSON; scripts rely on its keys."""
        return asdict(self)


def compare(books: Books, now: datetime) -> Findings:
    """Compare the books."""
    kept = _kept(books.charges)
    return Findings(
        orders=len(books.later_orders),
        lost=_count_lost(books, kept),
        double_charged=sum(1 for charges in kept.values() if len(charges) > 1),
        stock_difference=_stock_difference(books),
        stuck=sum(1 for order in books.orders.values() if _is_stuck(order, now)),
    )


def _kept(charges: Iterable[Charge]) -> dict[str, list[Charge]]:
    kept: dict[str, list[Charge]] = defaultdict(list)
    for charge in charges:
        if charge.captured:
            kept[charge.reference].append(charge)
    return kept


def _count_lost(books: Books, kept: dict[str, list[Charge]]) -> int:
    unknown = kept.keys() - books.later_orders.keys()
    ended = [order for order in books.orders.values() if order.status != PROCESSING]
    wrong = [order for order in ended if _kept_cents(kept, order) != _owed_cents(order)]
    return len(unknown) + len(wrong)


def _kept_cents(kept: dict[str, list[Charge]], order: Order) -> int:
    # What was charged twice is counted as such, not as lost.
    return max((charge.amount_cents for charge in kept.get(order.id, ())), default=0)


def _owed_cents(order: Order) -> int:
    return order.total_cents if order.status == COMPLETED else 0


def _stock_difference(books: Books) -> int:
    sold = _pieces(order for order in books.orders.values() if order.status == COMPLETED)
    ended = {order.id for order in books.orders.values() if order.status != PROCESSING}
    open_ = _pieces(order for order in books.later_orders.values() if order.id not in ended)
    difference = 0
    for product in books.products:
        difference += abs(product.initial - product.available - product.reserved - product.sold)
        difference += _outside(product.sold, sold[product.id], sold[product.id] + open_[product.id])
        difference += _outside(product.reserved, 0, open_[product.id])
    return difference


def _pieces(orders: Iterable[Order]) -> Counter[int]:
    pieces: Counter[int] = Counter()
    for order in orders:
        pieces.update(order.quantities)
    return pieces


def _outside(number: int, least: int, most: int) -> int:
    return max(least - number, number - most, 0)


def _is_stuck(order: Order, now: datetime) -> bool:
    return order.status == PROCESSING and now - order.created_at > STUCK_AFTER
