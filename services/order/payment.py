"""The payment service over HTTP. An order's id is its payment's idempotency key."""

import httpx

from kit.http import PeerClient
from services.order.peers import PaymentResult, failures
from services.order.schemas import Order


class HttpPayment:
    """`http` has payment's address as its base, and the timeout of `pay`."""

    def __init__(self, http: PeerClient) -> None:
        self._http = http

    async def pay(self, order: Order, card_number: str) -> PaymentResult:
        """Take the money, or join the attempt that is under way."""
        body = {"order_id": order.id, "amount_cents": order.total_cents, "card_number": card_number}
        with failures("payment"):
            answer = await self._http.post("/payments", json=body, headers={"Idempotency-Key": order.id})
            answer.raise_for_status()
        return PaymentResult.model_validate(answer.json())

    async def find(self, order: Order) -> PaymentResult | None:
        """The payment as it stands now; None when there is none."""
        with failures("payment"):
            answer = await self._http.get(f"/payments/{order.id}")
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            answer.raise_for_status()
        return PaymentResult.model_validate(answer.json())

    async def charged(self, order: Order) -> None:
        """Have the gateway asked what it took, and what it kept of it; raises PeerError."""
        with failures("payment"):
            answer = await self._http.get(f"/payments/{order.id}/charge")
            if answer.status_code != httpx.codes.NOT_FOUND:  # nothing was taken
                answer.raise_for_status()

    async def refund(self, order: Order) -> PaymentResult:
        """Give the money back, or see to it that it is never taken."""
        with failures("payment"):
            answer = await self._http.post(f"/payments/{order.id}/refund")
            answer.raise_for_status()
        return PaymentResult.model_validate(answer.json())
