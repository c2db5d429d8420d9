"""Order's peers as it sees them, and the ways in which they fail it.

PeerError
├─ TimedOut     no answer in time: what was asked may have been done
└─ Unsettled    no usable answer: it may have been done, too
"""

from contextlib import AbstractContextManager
from typing import Literal, Protocol

from pydantic import BaseModel

from kit.http import peer_failures
from services.order.schemas import Order


class PeerError(Exception):
    """A request to a peer that is not known to be done."""


class TimedOut(PeerError):
    pass


class Unsettled(PeerError):
    pass


class PaymentResult(BaseModel):
    """A payment as it stands now; `failed` means that no money was kept.

    `took_s`: how long ago payment was first asked for it, as far as the answering process knows.
    """

    status: Literal["processing", "succeeded", "declined", "failed"]
    reason: str | None = None
    took_s: float | None = None


class Payment(Protocol):
    """Takes money, once for an order; every method raises PeerError."""

    async def pay(self, order: Order, card_number: str) -> PaymentResult:
        """Take the money, or join the attempt that is under way."""
        ...

    async def find(self, order: Order) -> PaymentResult | None:
        """The payment as it stands now; None when there is none."""
        ...

    async def refund(self, order: Order) -> PaymentResult:
        """Give the money back, or see to it that it is never taken."""
        ...


class Inventory(Protocol):
    """Puts goods aside, once for an order; every method raises PeerError."""

    async def reserve(self, order: Order) -> bool:
        """Put an order's goods aside; False when there are not enough."""
        ...

    async def commit(self, order: Order) -> None:
        """The goods are sold."""
        ...

    async def release(self, order: Order) -> None:
        """The goods are not wanted any more."""
        ...


def failures(peer: str) -> AbstractContextManager[None]:
    """Raise a request's failures as PeerError."""
    return peer_failures(peer, timeout=TimedOut, unavailable=Unsettled)
