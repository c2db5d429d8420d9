"""What order asks of its neighbours, and how they can let it down.

NeighbourError
├─ TimedOut     no answer in time: what was asked may have been done
└─ Unsettled    no usable answer: likewise
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal, Protocol

import httpx
from pydantic import BaseModel

from services.order.schemas import Order


class NeighbourError(Exception):
    """What was asked is not known to be done."""


class TimedOut(NeighbourError):
    pass


class Unsettled(NeighbourError):
    pass


class PaymentResult(BaseModel):
    """How a payment stands; `failed` means that no money was kept.

    `took_s`: how long ago payment was first asked for it, as far as the answering process knows.
    """

    status: Literal["processing", "succeeded", "declined", "failed"]
    reason: str | None = None
    took_s: float | None = None


class Payment(Protocol):
    """Takes money, once for an order; every method raises NeighbourError."""

    async def pay(self, order: Order, card_number: str) -> PaymentResult:
        """Take the money, or join the attempt that is under way."""
        ...

    async def find(self, order: Order) -> PaymentResult | None:
        """How the payment stands; None when there is none."""
        ...

    async def refund(self, order: Order) -> PaymentResult:
        """Give the money back, or see to it that it is never taken."""
        ...


class Inventory(Protocol):
    """Puts goods aside, once for an order; every method raises NeighbourError."""

    async def reserve(self, order: Order) -> bool:
        """Put an order's goods aside; False when there are not enough."""
        ...

    async def commit(self, order: Order) -> None:
        """The goods are sold."""
        ...

    async def release(self, order: Order) -> None:
        """The goods are not wanted any more."""
        ...


@asynccontextmanager
async def named_failures(neighbour: str) -> AsyncIterator[None]:
    """Turn httpx's errors into NeighbourError."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise TimedOut(f"{neighbour} did not answer in time") from error
    except httpx.HTTPError as error:
        raise Unsettled(f"{neighbour} gave no usable answer") from error
