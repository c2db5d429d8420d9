"""One order's way through payment and stock."""

import logging

from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode

from kit.deadline import expires_in
from services.order.fulfilment import Fulfilment
from services.order.neighbours import NeighbourError, Payment, PaymentResult, TimedOut, Unsettled
from services.order.schemas import Order
from services.order.telemetry import Telemetry

logger = logging.getLogger("shop.order")

PAYMENT_CALLS = 2


class Processor:
    """Processes new orders; calls are welcome at neighbours for `deadline_s`."""

    def __init__(self, payment: Payment, fulfilment: Fulfilment, telemetry: Telemetry, *, deadline_s: float) -> None:
        self._payment = payment
        self._fulfilment = fulfilment
        self._telemetry = telemetry
        self._deadline_s = deadline_s
        self._tracer = trace.get_tracer("shop.order")

    async def process(self, order: Order, card_number: str) -> Order:
        """Pay, then reserve; answers the order in processing when its outcome is not known yet."""
        with self._tracer.start_as_current_span("process order") as span, expires_in(self._deadline_s):
            span.set_attributes({"shop.order.id": order.id, "shop.order.number": order.number})
            try:
                ended = await self._fulfilment.settle(order, await self._pay(order, card_number))
            except NeighbourError as error:
                span.set_status(StatusCode.ERROR, f"Order stays in processing: {error}")
                return order
            _describe(span, ended)
            return ended

    async def _pay(self, order: Order, card_number: str) -> PaymentResult:
        timeouts = 0
        while timeouts < PAYMENT_CALLS:
            try:
                paid = await self._payment.pay(order, card_number)
            except TimedOut:
                timeouts += 1
                self._telemetry.payment_timed_out()
                if timeouts < PAYMENT_CALLS:
                    logger.info("Payment service timeout, retrying.", extra={"shop.order.id": order.id})
            else:
                break
        if timeouts:
            logger.warning("Order processing delayed due to payment timeout.", extra={"shop.order.id": order.id})
        if timeouts == PAYMENT_CALLS:
            raise TimedOut("payment did not answer in time")
        if timeouts and paid.status == "failed":
            # Payment may have been restarted meanwhile and not know that the first call reached the gateway.
            raise Unsettled("whether payment took the money is not known")
        return paid


def _describe(span: Span, order: Order) -> None:
    span.set_attribute("shop.order.status", order.status)
    if order.reason:
        span.set_attribute("shop.order.reason", order.reason)
    if order.reason == "payment_unavailable":
        span.set_status(StatusCode.ERROR, order.reason)
