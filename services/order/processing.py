"""One order's way through payment and stock."""

import logging
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from time import monotonic

import stamina
from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode

from kit.deadline import expires_in
from services.order.fulfilment import Fulfilment
from services.order.peers import Payment, PaymentResult, PeerError, TimedOut, Unsettled
from services.order.receipts import ReceiptError
from services.order.schemas import Order
from services.order.telemetry import Telemetry

logger = logging.getLogger("shop.order")

MOST_TIMEOUTS = 2
CLOCK_TOLERANCE_S = 0.5
"""A call's way to payment takes less, and the wait for its answer far more."""


@dataclass
class Waits:
    """Calls to payment, those that were not answered in time, and the time of the first."""

    calls: int = 0
    timeouts: int = 0
    since_s: float = field(default_factory=monotonic)

    def all_seen_by(self, paid: PaymentResult) -> bool:
        """True if the process that answered is the one that was asked first: the others have known it for less long."""
        if self.calls > 1 or self.timeouts == 0:
            return self.calls == 1
        return paid.took_s is not None and paid.took_s > monotonic() - self.since_s - CLOCK_TOLERANCE_S


class Processor:
    """Processes new orders; its calls are welcome at peers, and tried again, for `deadline_s` seconds."""

    def __init__(
        self,
        payment: Payment,
        fulfilment: Fulfilment,
        telemetry: Telemetry,
        *,
        deadline_s: float,
        retry_wait_s: float = 0.3,
    ) -> None:
        self._payment = payment
        self._fulfilment = fulfilment
        self._telemetry = telemetry
        self._deadline_s = deadline_s
        self._retry_wait_s = retry_wait_s
        self._tracer = trace.get_tracer("shop.order")

    async def process(self, order: Order, card_number: str) -> Order:
        """Pay, then reserve; answers the order in processing when its outcome is not known yet."""
        with self._tracer.start_as_current_span("process order") as span, expires_in(self._deadline_s):
            span.set_attributes({"shop.order.id": order.id, "shop.order.number": order.number})
            try:
                ended = await self._fulfilment.settle(order, await self._pay(order, card_number))
            except (PeerError, ReceiptError) as error:
                span.set_status(StatusCode.ERROR, f"Order stays in processing: {error}")
                if isinstance(error, Unsettled | ReceiptError):
                    self._telemetry.left_unsettled()
                return order
            _describe(span, ended)
            return ended

    async def _pay(self, order: Order, card_number: str) -> PaymentResult:
        waits = Waits()
        try:
            async for attempt in self._attempts():
                with attempt:
                    waits.calls += 1
                    paid = await self._ask_patiently(order, card_number, waits)
        finally:
            if waits.timeouts:
                logger.warning("Order processing delayed due to payment timeout.", extra={"shop.order.id": order.id})
        if paid.status == "failed" and not waits.all_seen_by(paid):
            # Payment was restarted meanwhile and does not know whether an earlier call reached the gateway.
            raise Unsettled("whether payment took the money is not known")
        return paid

    async def _ask_patiently(self, order: Order, card_number: str, waits: "Waits") -> PaymentResult:
        while True:
            try:
                return await self._payment.pay(order, card_number)
            except TimedOut:
                waits.timeouts += 1
                self._telemetry.payment_timed_out()
                if waits.timeouts == MOST_TIMEOUTS:
                    raise
                logger.info("Payment service timeout, retrying.", extra={"shop.order.id": order.id})

    def _attempts(self) -> AsyncIterable[stamina.Attempt]:
        # For a payment service that is being restarted; its time-outs are another matter.
        return stamina.retry_context(
            on=Unsettled,
            attempts=5,
            timeout=self._deadline_s,
            wait_initial=self._retry_wait_s,
            wait_jitter=self._retry_wait_s,
        )


def _describe(span: Span, order: Order) -> None:
    span.set_attribute("shop.order.status", order.status)
    if order.reason:
        span.set_attribute("shop.order.reason", order.reason)
    if order.reason == "payment_unavailable":
        span.set_status(StatusCode.ERROR, order.reason)
