"""One payment, from its first attempt to its end."""

from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from time import perf_counter
from uuid import uuid4

import stamina
from opentelemetry import trace
from opentelemetry.trace import StatusCode

from kit.errors import GatewayTimeout
from services.payment.attempts import TRANSIENT_ERRORS, Attempts, may_pass
from services.payment.authentication import Authenticator
from services.payment.books import Books, payment_of
from services.payment.gateway import Gateway
from services.payment.schemas import Payment, PaymentRequest
from services.payment.telemetry import Outcome, Telemetry


@dataclass(frozen=True)
class RetryPolicy:
    """Limits of the retries: no attempt begins after `budget_s`."""

    attempts: int = 3
    budget_s: float = 15.0
    first_wait_s: float = 0.2
    jitter_s: float = 0.3


class OutcomeUnknown(GatewayTimeout):
    """The gateway may or may not have taken the money; ask again later."""

    title = "Outcome unknown"
    type_slug = "outcome-unknown"


class Processor:
    """Takes payments. `books`, `authenticator` and `gateway` are asked for at each use."""

    def __init__(
        self,
        books: Callable[[], Books],
        authenticator: Callable[[], Authenticator],
        gateway: Callable[[], Gateway],
        telemetry: Telemetry,
        retry_policy: RetryPolicy,
    ) -> None:
        self._books = books
        self._authenticator = authenticator
        self._gateway = gateway
        self._telemetry = telemetry
        self._retry_policy = retry_policy
        self._tracer = trace.get_tracer("shop.payment")

    async def process(self, key: str, request: PaymentRequest) -> Payment:
        """Authenticate, charge, record; OutcomeUnknown when only the gateway knows how it ended."""
        start = perf_counter()
        outcome: Outcome = "failed"
        with self._tracer.start_as_current_span("process payment") as span:
            span.set_attribute("shop.order.id", request.order_id)
            try:
                payment = await self._try_repeatedly(key, request)
                outcome = payment.status if payment.status != "processing" else "failed"
                span.set_attribute("shop.payment.id", payment.id)
            finally:
                self._telemetry.ended(outcome, perf_counter() - start)
            if outcome == "failed":
                span.set_status(StatusCode.ERROR, payment.reason)
            return payment

    async def _try_repeatedly(self, key: str, request: PaymentRequest) -> Payment:
        attempts = Attempts(self._telemetry)
        try:
            async for attempt in self._attempts():
                with attempt:
                    attempts.begin()
                    return await self._try(key, request, attempts)
        except TRANSIENT_ERRORS as error:
            if attempts.perhaps_charged:
                raise OutcomeUnknown("The gateway has not said whether the card was charged.") from error
        return Payment(
            id=str(uuid4()),
            order_id=request.order_id,
            amount_cents=request.amount_cents,
            status="failed",
            reason="payment_unavailable",
        )

    async def _try(self, key: str, request: PaymentRequest, attempts: Attempts) -> Payment:
        with self._tracer.start_as_current_span("authenticate with gateway"), attempts.step("authentication"):
            token = await self._authenticator().authenticate(key)
        if isinstance(token, Payment):
            return token
        with self._tracer.start_as_current_span("charge gateway"), attempts.step("charge"):
            charge = await self._gateway().charge(token, key, request)
        payment = payment_of(key, charge)
        with self._tracer.start_as_current_span("record payment"):
            await self._books().record_if_possible(key, payment)
        return payment

    def _attempts(self) -> AsyncIterable[stamina.Attempt]:
        return stamina.retry_context(
            on=may_pass,
            attempts=self._retry_policy.attempts,
            timeout=self._retry_policy.budget_s,
            wait_initial=self._retry_policy.first_wait_s,
            wait_jitter=self._retry_policy.jitter_s,
        )
