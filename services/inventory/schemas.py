"""Inventory's wire shapes."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from kit.text import PRINTABLE

ProductId = Annotated[int, Field(ge=1, le=2**31 - 1)]
State = Literal["reserved", "committed", "released", "too_late"]


class Item(BaseModel):
    """So many of one product."""

    product_id: ProductId
    quantity: int = Field(ge=1, le=1000)


def _distinct(items: list[Item]) -> list[Item]:
    if len({item.product_id for item in items}) < len(items):
        raise ValueError("a product may stand in the list once")
    return items


class ReservationRequest(BaseModel):
    """The goods of an order, to be put aside."""

    order_id: str = Field(min_length=1, max_length=64, pattern=PRINTABLE)
    user_id: int = Field(0, ge=0, le=2**31 - 1, description="The customer; 0 for nobody in particular")
    items: Annotated[list[Item], Field(min_length=1, max_length=100), AfterValidator(_distinct)]


class Reservation(BaseModel):
    """State of an order's goods: put aside, sold, or back on the shelf."""

    order_id: str
    state: State


class ReservedGoods(Reservation):
    """A reservation and what it was made for."""

    items: list[Item]


class Stock(BaseModel):
    """Quantity that can still be ordered."""

    product_id: int
    available: int


class AuditedStock(Stock):
    """Everything there ever was of a product: initial = available + reserved + sold."""

    initial: int
    reserved: int
    sold: int


class Audit(BaseModel):
    """The books of every product."""

    products: list[AuditedStock]
