"""Charges and refunds, each at most once for its idempotency key."""

from collections.abc import Callable
from dataclasses import dataclass
from time import time
from uuid import uuid4

from sqlalchemy import bindparam, select, update

from kit.db import Database
from kit.errors import Conflict, NotFound
from kit.statements import Insertion
from services.gateway.access import Access
from services.gateway.cards import refusal
from services.gateway.latency import Latency
from services.gateway.rate_limit import RateLimit
from services.gateway.schemas import Audit, AuditedCharge, Charge, ChargeRequest
from services.gateway.tables import charges

_enter = Insertion(
    charges, lambda insert: insert.on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(charges)
)
_charge = select(charges).where(charges.c.idempotency_key == bindparam("key"))


class Charges:
    """The gateway's books."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def create(self, key: str, request: ChargeRequest) -> Charge:
        """Charge the card, or answer what was answered before; Conflict when `key` stands for another charge."""
        reason = refusal(request.card_number)
        charge = await self._enter(
            key,
            reference=request.reference,
            amount_cents=request.amount_cents,
            card_last4=request.card_number[-4:],
            state="declined" if reason else "captured",
            reason=reason,
        )
        if charge.state != "cancelled" and charge.amount_cents != request.amount_cents:
            raise Conflict("The idempotency key was used for another charge.")
        return charge

    async def find(self, key: str) -> Charge:
        """The charge made with `key`; NotFound when there is none."""
        async with self._db.read() as connection:
            row = (await connection.execute(_charge, {"key": key})).mappings().first()
        if row is None:
            raise NotFound("There is no charge with this idempotency key.")
        return Charge.model_validate(dict(row))

    async def refund(self, key: str) -> Charge:
        """Give back what was captured; a charge that has not come in is cancelled before it does."""
        await self._enter(key, reference="", amount_cents=0, card_last4="", state="cancelled")
        refunded = update(charges).where(charges.c.idempotency_key == key, charges.c.state == "captured")
        async with self._db.statement() as connection:
            await connection.execute(refunded.values(state="refunded"))
        return await self.find(key)

    async def audit(self, after: int, limit: int) -> Audit:
        """Up to `limit` charges that follow number `after`."""
        query = select(charges).where(charges.c.number > after).order_by(charges.c.number).limit(limit)
        async with self._db.read() as connection:
            page = [AuditedCharge.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]
        return Audit(charges=page, next=page[-1].number if len(page) == limit else None)

    async def _enter(self, key: str, **values: str | int | None) -> Charge:
        """The charge made with `key`; a new one unless somebody came first, who then decided."""
        row = {"id": f"ch_{uuid4().hex}", "idempotency_key": key, "created_at_ms": int(time() * 1000)}
        async with self._db.statement() as connection:
            charge = (await connection.execute(_enter.on(connection), row | values)).mappings().one_or_none()
            if charge is None:
                charge = (await connection.execute(_charge, {"key": key})).mappings().one()
        return Charge.model_validate(dict(charge))


@dataclass(frozen=True)
class Gateway:
    """The collaborators of the routes."""

    access: Access
    charges: Charges
    rate_limit: RateLimit
    latency: Callable[[], Latency]
