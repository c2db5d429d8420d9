"""Payments that have ended, kept in the database; the gateway's books have the last word."""

import logging
from uuid import NAMESPACE_OID, uuid5

from kit.db import Database, PoolTimeout
from kit.errors import DatabaseUnavailable
from services.payment import ledger
from services.payment.gateway import Charge
from services.payment.schemas import Payment, Status
from services.payment.telemetry import Telemetry

logger = logging.getLogger("shop.payment")

_STATUS: dict[str, Status] = {"captured": "succeeded", "declined": "declined"}


def payment_of(key: str, charge: Charge) -> Payment:
    """The payment that belongs to a charge; the same charge is always the same payment."""
    status = _STATUS.get(charge.state, "failed")
    return Payment(
        id=str(uuid5(NAMESPACE_OID, charge.id)),
        order_id=charge.reference or key,  # a charge cancelled in advance has none
        amount_cents=charge.amount_cents,
        status=status,
        reason=charge.state if status == "failed" else charge.reason,
        charge_id=charge.id,
    )


class Books:
    """Payments by idempotency key."""

    def __init__(self, db: Database, telemetry: Telemetry) -> None:
        self._db = db
        self._telemetry = telemetry

    async def record(self, key: str, payment: Payment) -> None:
        """Keep how a payment ended; raises PoolTimeout, DatabaseUnavailable."""
        async with self._db.statement() as connection:
            await ledger.record(connection, key, payment)

    async def record_if_possible(self, key: str, payment: Payment) -> None:
        """Keep it unless the database cannot: the gateway still knows, and will be asked."""
        try:
            await self.record(key, payment)
        except PoolTimeout:
            self._telemetry.timed_out("database_connection")
            logger.warning(
                "Database connection timeout while recording the payment; the gateway holds the result.",
                extra={"shop.order.id": payment.order_id},
            )
        except DatabaseUnavailable:
            logger.warning(
                "Database unavailable while recording the payment; the gateway holds the result.",
                extra={"shop.order.id": payment.order_id},
            )
