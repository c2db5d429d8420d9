"""Payment's routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request

from kit.errors import BadGateway, Conflict, GatewayTimeout, NotFound, Unavailable, responses
from services.payment.processing import OutcomeUnknown
from services.payment.schemas import Payment, PaymentRequest
from services.payment.service import Payments

router = APIRouter(prefix="/payments", tags=["payment"])


async def payments_of(request: Request) -> Payments:
    """The collaborators that `create_app` put together."""
    payments: Payments = request.app.state.payments
    return payments


ThePayments = Annotated[Payments, Depends(payments_of)]
Key = r"^[A-Za-z0-9_.:-]+$"
KeyHeader = Annotated[str, Header(alias="Idempotency-Key", max_length=64, pattern=Key)]
KeyPath = Annotated[str, Path(max_length=64, pattern=Key)]
UNSETTLED = (Unavailable, GatewayTimeout, BadGateway)


@router.post("", responses=responses(Conflict, OutcomeUnknown))
async def pay(payments: ThePayments, body: PaymentRequest, idempotency_key: KeyHeader) -> Payment:
    """Take the money for an order, once for a key. A declined card is an answer, not an error."""
    return await payments.pay(idempotency_key, body)


@router.get("/{idempotency_key}", responses=responses(NotFound, *UNSETTLED))
async def find(payments: ThePayments, idempotency_key: KeyPath) -> Payment:
    """A payment as it stands now."""
    return await payments.find(idempotency_key)


@router.get("/{idempotency_key}/charge", responses=responses(NotFound, *UNSETTLED))
async def charge(payments: ThePayments, idempotency_key: KeyPath) -> Payment:
    """A payment as the gateway's books have it."""
    return await payments.charge(idempotency_key)


@router.post("/{idempotency_key}/refund", responses=responses(Conflict, *UNSETTLED))
async def refund(payments: ThePayments, idempotency_key: KeyPath) -> Payment:
    """Give the money back; a payment that has not come in yet is cancelled before it does."""
    return await payments.refund(idempotency_key)
