"""Payments by idempotency key: one attempt in flight for each, whoever asks for it and however often."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from kit import tasks
from kit.db import PoolTimeout
from kit.errors import BadGateway, Conflict, GatewayTimeout, NotFound, Unavailable
from services.payment.attempts import TRANSIENT_ERRORS, record_failure
from services.payment.authentication import Authenticator
from services.payment.books import Books, payment_of
from services.payment.gateway import Gateway, GatewayTimedOut
from services.payment.processing import Processor
from services.payment.schemas import Payment, PaymentRequest
from services.payment.telemetry import Telemetry


@dataclass(frozen=True)
class InFlight:
    """A payment at work since `since_s` (monotonic)."""

    request: PaymentRequest
    task: asyncio.Task[Payment]
    since_s: float


class Payments:
    """The service behind the routes."""

    def __init__(
        self,
        processor: Processor,
        books: Callable[[], Books],
        authenticator: Callable[[], Authenticator],
        gateway: Callable[[], Gateway],
        telemetry: Telemetry,
    ) -> None:
        self._processor = processor
        self._books = books
        self._authenticator = authenticator
        self._gateway = gateway
        self._telemetry = telemetry
        self._in_flight: dict[str, InFlight] = {}

    async def pay(self, key: str, request: PaymentRequest) -> Payment:
        """Take the money once; the work goes on when the caller leaves, and a later call joins it.

        Raises OutcomeUnknown, and Conflict when the key stands for another payment.
        """
        in_flight = self._in_flight.get(key) or self._start(key, request)
        if in_flight.request != request:
            raise Conflict("The idempotency key is in use for another payment.")
        payment = await asyncio.shield(in_flight.task)
        if payment.charge_id is not None and payment.amount_cents not in {0, request.amount_cents}:
            raise Conflict("The idempotency key was used for another payment.")
        return payment.model_copy(update={"took_s": monotonic() - in_flight.since_s})

    async def find(self, key: str) -> Payment:
        """The payment as it stands now, by the gateway's books if not by ours; NotFound if neither knows it."""
        if key in self._in_flight:
            return _processing(key, self._in_flight[key].request)
        async with self._answered_as_problem():
            token = await self._authenticator().authenticate(key)
            if isinstance(token, Payment):
                return token
            charge = await self._gateway().find(token, key)
        if charge is None:
            raise NotFound("There is no payment with this idempotency key.")
        payment = payment_of(key, charge)
        await self._books().record_if_possible(key, payment)
        return payment

    async def charge(self, key: str) -> Payment:
        """The payment by the gateway's books alone; NotFound if they do not know it."""
        async with self._answered_as_problem():
            token = await self._authenticator().sign_in(key)
            charge = await self._gateway().find(token, key)
        if charge is None:
            raise NotFound("There is no charge with this idempotency key.")
        return payment_of(key, charge)

    async def refund(self, key: str) -> Payment:
        """Give the money back, or see to it that it is never taken; Conflict while the payment is in flight."""
        if key in self._in_flight:
            raise Conflict("The payment is still in flight.")
        async with self._answered_as_problem():
            token = await self._authenticator().sign_in(key)
            payment = payment_of(key, await self._gateway().refund(token, key))
        await self._books().record_if_possible(key, payment)
        return payment

    async def finish(self, timeout_s: float) -> None:
        """Let what is in flight come to its end; what takes longer is left to the gateway's books."""
        if in_flight := [each.task for each in self._in_flight.values()]:
            _, late = await asyncio.wait(in_flight, timeout=timeout_s)
            await tasks.end(late)

    def _start(self, key: str, request: PaymentRequest) -> InFlight:
        task = asyncio.create_task(self._processor.process(key, request), name=f"payment {key}")
        task.add_done_callback(lambda done: self._forget(key, done))
        self._in_flight[key] = InFlight(request, task, since_s=monotonic())
        return self._in_flight[key]

    def _forget(self, key: str, task: asyncio.Task[Payment]) -> None:
        del self._in_flight[key]
        if not task.cancelled():
            task.exception()  # retrieved: whoever waited has it; the span has it too

    @asynccontextmanager
    async def _answered_as_problem(self) -> AsyncIterator[None]:
        try:
            yield
        except TRANSIENT_ERRORS as error:
            record_failure(self._telemetry, "authentication", error)
            if isinstance(error, PoolTimeout):
                raise Unavailable("No database connection came free.") from error
            if isinstance(error, GatewayTimedOut):
                raise GatewayTimeout("The payment gateway did not answer in time.") from error
            raise BadGateway("The payment gateway cannot be used now.") from error


def _processing(key: str, request: PaymentRequest) -> Payment:
    return Payment(id=key, order_id=request.order_id, amount_cents=request.amount_cents, status="processing")
