"""Other ways to start, to authenticate with the gateway, to call it, and to keep and settle the books."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial

from sqlalchemy import column, select

from kit.circuits import Circuits
from kit.db import Database
from services.payment import ledger
from services.payment.books import Books
from services.payment.gateway import Charge, Credentials, Gateway, GatewayBusy, GatewayNotAsked
from services.payment.schemas import Payment, PaymentRequest
from services.payment.settlement import OF_A_DAY, PromptSettlement
from services.payment.tables import gateway_credentials
from services.payment.telemetry import Telemetry

LOOK_EVERY_S = 0.5


class TransactionalAuthenticator:
    """Keeps its transaction, and so its database connection, for as long as the gateway takes to answer."""

    def __init__(self, db: Database, gateway: Callable[[], Gateway]) -> None:
        self._db = db
        self._gateway = gateway

    async def authenticate(self, key: str) -> Payment | str:
        """The payment already recorded for `key`, or else an access token."""
        async with self._db.read() as connection:
            credentials, earlier = await ledger.credentials_and_payment(connection, key)
            return earlier or await self._gateway().authenticate(credentials)

    async def sign_in(self, key: str) -> str:
        """An access token, whatever is recorded for `key`."""
        async with self._db.read() as connection:
            credentials, _ = await ledger.credentials_and_payment(connection, key)
            return await self._gateway().authenticate(credentials)


class VerifyingBooks(Books):
    """Reads each entry back, and gives the connection back once the money has come in: otherwise it never does.

    Not before it is `mended`, which does what a restart with another release would.
    """

    def __init__(self, db: Database, telemetry: Telemetry, mended: Callable[[], bool]) -> None:
        super().__init__(db, telemetry)
        self._mended = mended
        self._lent: list[AsyncExitStack] = []
        self._waiting: asyncio.Task[None] | None = None

    async def record(self, key: str, payment: Payment) -> None:
        """Keep how a payment ended."""
        await super().record(key, payment)
        reading = AsyncExitStack()
        connection = await reading.enter_async_context(self._db.read())
        self._lent.append(reading)
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.create_task(self._give_back_when_mended())
        await ledger.credentials_and_payment(connection, key)
        await connection.rollback()
        if payment.status == "succeeded":
            self._lent.remove(reading)
            await reading.aclose()

    async def close(self) -> None:
        """Give back every connection that is still lent."""
        if self._waiting:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)
        await self._give_back()

    async def _give_back_when_mended(self) -> None:
        while self._lent:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._mended():
                await self._give_back()

    async def _give_back(self) -> None:
        while self._lent:
            await self._lent.pop().aclose()


class LockingSettlement(PromptSettlement):
    """Locks the books until the gateway has been asked for every entry, so that none is added meanwhile."""

    async def settle(self, going: Callable[[], bool]) -> None:
        """Compare the newest entries in one transaction."""
        async with self._db.transaction() as connection:
            await ledger.lock_books(connection)
            credentials, keys = await ledger.credentials_and_newest(connection, OF_A_DAY)
            await self.compare(credentials, keys, going)


class MerchantAccounts:
    """Reads at the start to which merchant account each key belongs: a column that no migration has added."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def read(self) -> None:
        """Raises OperationalError or ProgrammingError, and payment does not start."""
        async with self._db.read() as connection:
            await connection.execute(select(column("merchant_account")).select_from(gateway_credentials))


class BreakerGateway:
    """Stops asking a gateway that does not answer, and tries again after a while.

    `open_after` failures in a row open the circuit for `retry_after_s` seconds.
    """

    def __init__(self, gateway: Gateway, *, open_after: int = 5, retry_after_s: float = 5.0) -> None:
        self._gateway = gateway
        circuits = Circuits(open_after, retry_after_s, is_no_failure=_is_busy, refusal=_left_alone)
        self._circuit = partial(circuits.circuit, "payment-gateway")

    async def authenticate(self, credentials: Credentials) -> str:
        """An access token."""
        async with self._circuit():
            return await self._gateway.authenticate(credentials)

    async def charge(self, token: str, key: str, request: PaymentRequest) -> Charge:
        """Take the money, once for a key."""
        async with self._circuit():
            return await self._gateway.charge(token, key, request)

    async def find(self, token: str, key: str) -> Charge | None:
        """The charge made with a key."""
        async with self._circuit():
            return await self._gateway.find(token, key)

    async def refund(self, token: str, key: str) -> Charge:
        """Give the money back, or see to it that it is never taken."""
        async with self._circuit():
            return await self._gateway.refund(token, key)


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, GatewayBusy)


def _left_alone() -> GatewayNotAsked:
    return GatewayNotAsked("The payment gateway did not answer lately and is left alone.")
