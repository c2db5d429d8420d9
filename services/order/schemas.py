"""Order's wire shapes."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Status = Literal["processing", "completed", "failed"]
UserId = Annotated[int, Field(ge=1, le=2**31 - 1)]

MOST_CENTS = 100_000_000


class Item(BaseModel):
    """So many of one product, at the price shown to the customer."""

    model_config = ConfigDict(frozen=True)

    product_id: int = Field(ge=1, le=2**31 - 1)
    quantity: int = Field(ge=1, le=100)
    unit_price_cents: int = Field(ge=1, le=MOST_CENTS)


class OrderRequest(BaseModel):
    """A checkout."""

    user_id: UserId
    items: list[Item] = Field(min_length=1, max_length=100)
    card_number: str = Field(pattern=r"^[0-9]{16}$", repr=False)

    @property
    def total_cents(self) -> int:
        """The sum that the customer pays."""
        return sum(item.quantity * item.unit_price_cents for item in self.items)

    @model_validator(mode="after")
    def _is_plausible(self) -> Self:
        if len({item.product_id for item in self.items}) < len(self.items):
            raise ValueError("a product may stand in the list once")
        if self.total_cents > MOST_CENTS:
            raise ValueError(f"the total may not exceed {MOST_CENTS} cents")
        return self


class Order(BaseModel):
    """An order and where it stands; `reason` says why it failed."""

    model_config = ConfigDict(frozen=True)

    id: str
    number: int
    user_id: int
    status: Status
    reason: str | None = None
    total_cents: int
    items: list[Item]
    created_at: datetime
    updated_at: datetime


class OrderList(BaseModel):
    """Newest first."""

    orders: list[Order]


class Audit(BaseModel):
    """A page of all orders, oldest first; ask again with `after` while `next` is not null."""

    orders: list[Order]
    next: int | None
