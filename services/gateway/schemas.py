"""The gateway's wire shapes."""

from typing import Literal

from pydantic import BaseModel, Field

from kit.text import PRINTABLE

State = Literal["captured", "declined", "refunded", "cancelled"]


class Token(BaseModel):
    """A token that opens the other routes for a while."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  the kind, not a token
    expires_in: int = Field(description="Seconds")


class ChargeRequest(BaseModel):
    """Money to take from a card."""

    amount_cents: int = Field(gt=0, le=100_000_000)
    card_number: str = Field(pattern=r"^[0-9]{16}$")
    reference: str = Field(
        min_length=1, max_length=64, pattern=PRINTABLE, description="The merchant's own name for the purchase"
    )


class Charge(BaseModel):
    """A charge as it stands now. `cancelled`: closed before any money was taken; it never will be."""

    id: str
    idempotency_key: str
    reference: str
    amount_cents: int
    state: State
    reason: str | None = None


class RefundRequest(BaseModel):
    """Gives the money of a charge back, or cancels one that has not come in yet."""

    idempotency_key: str = Field(
        min_length=1, max_length=64, pattern=PRINTABLE, description="The key that the charge was made with"
    )


class AuditedCharge(Charge):
    """A charge as it stands in the books."""

    number: int
    created_at_ms: int


class Audit(BaseModel):
    """A page of the books, oldest first; ask again with `after` while `next` is not null."""

    charges: list[AuditedCharge]
    next: int | None


class Range(BaseModel):
    """Breached passwords of one range."""

    suffixes: list[str] = Field(description="How the SHA-1 of each goes on after the prefix")


class Pieces(BaseModel):
    """So many pieces of an edition, wanted under the shop's own name for the purchase."""

    reference: str = Field(min_length=1, max_length=64, pattern=PRINTABLE)
    product_id: int = Field(ge=1)
    quantity: int = Field(ge=1)


class Confirmation(BaseModel):
    """The supplier's word that the pieces of this purchase can be delivered."""

    reference: str
