"""Statements on payments and credentials."""

from time import time

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.payment.gateway import Credentials
from services.payment.schemas import Payment
from services.payment.tables import gateway_credentials, payments


async def credentials(connection: AsyncConnection) -> Credentials:
    """What the gateway knows us by."""
    row = (await connection.execute(select(gateway_credentials))).one()
    return Credentials(row.api_key_id, row.api_secret)


async def find(connection: AsyncConnection, key: str) -> Payment | None:
    """The recorded payment made with an idempotency key."""
    query = select(payments).where(payments.c.idempotency_key == key)
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else Payment.model_validate(dict(row))


async def record(connection: AsyncConnection, key: str, payment: Payment) -> None:
    """Keep how a payment ended; the newest word counts."""
    values = payment.model_dump() | {"updated_at_ms": int(time() * 1000)}
    changed = await connection.execute(update(payments).where(payments.c.idempotency_key == key).values(values))
    if changed.rowcount == 0:
        await connection.execute(insert(payments).values(values | {"idempotency_key": key}))
