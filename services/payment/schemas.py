"""Payment's wire shapes."""

from typing import Literal

from pydantic import BaseModel, Field

from kit.text import PRINTABLE

Status = Literal["processing", "succeeded", "declined", "failed"]


class PaymentRequest(BaseModel):
    """Money to take for an order."""

    order_id: str = Field(min_length=1, max_length=64, pattern=PRINTABLE)
    amount_cents: int = Field(gt=0, le=100_000_000)
    card_number: str = Field(pattern=r"^[0-9]{16}$")


class Payment(BaseModel):
    """A payment as it stands now.

    `failed` means that no money was taken, or that it was given back; `processing` that the work goes on.
    """

    id: str
    order_id: str
    amount_cents: int
    status: Status
    reason: str | None = None
    charge_id: str | None = None
    took_s: float | None = Field(None, description="Seconds since the first call for it, as far as this process knows")
