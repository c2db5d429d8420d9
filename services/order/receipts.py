"""What a customer is handed for a completed order."""

from typing import Protocol

from services.order.schemas import Order


class Receipts(Protocol):
    """Makes out receipts."""

    async def issue(self, order: Order) -> None:
        """Make out the receipt of an order, before it counts as completed."""
        ...


class NoReceipts:
    """The invoice by mail is the receipt."""

    async def issue(self, order: Order) -> None:
        """Nothing is made out."""
