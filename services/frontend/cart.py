"""The cart: how many of which product, in the order they were put in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kit.errors import Conflict
from services.frontend.schemas import MAX_QUANTITY, CartContents, CartItem

MAX_LINES = 20
"""The cart lives in a cookie, and every line is priced by a call."""


@dataclass(frozen=True)
class Cart:
    """Quantities by product id. Every change makes a new cart."""

    quantities: tuple[tuple[int, int], ...] = ()

    @classmethod
    def load(cls, stored: Iterable[Any]) -> "Cart":
        """The cart as the session keeps it: pairs of product id and quantity."""
        return cls(tuple((int(product_id), int(quantity)) for product_id, quantity in stored))

    def dump(self) -> list[list[int]]:
        """Pairs of product id and quantity, for the session."""
        return [list(pair) for pair in self.quantities]

    @property
    def count(self) -> int:
        """All pieces together."""
        return sum(quantity for _, quantity in self.quantities)

    def of(self, product_id: int) -> int:
        """Quantity of this product."""
        return dict(self.quantities).get(product_id, 0)

    def adding(self, product_id: int, quantity: int) -> "Cart":
        """This many more; raises `Conflict` beyond what one order may hold."""
        wanted = self.of(product_id) + quantity
        if wanted > MAX_QUANTITY:
            raise Conflict(f"An order takes at most {MAX_QUANTITY} of a product.")
        return self.having(product_id, wanted)

    def having(self, product_id: int, quantity: int) -> "Cart":
        """Exactly this many, 0 takes the line out; raises `Conflict` when there are too many lines."""
        quantities = dict(self.quantities) | {product_id: quantity}
        kept = tuple((key, value) for key, value in quantities.items() if value > 0)
        if len(kept) > MAX_LINES:
            raise Conflict(f"A cart takes at most {MAX_LINES} different products.")
        return Cart(kept)

    def contents(self) -> CartContents:
        """The cart on the wire."""
        items = [CartItem(product_id=product_id, quantity=quantity) for product_id, quantity in self.quantities]
        return CartContents(items=items, count=self.count)
