"""Statements on payments and credentials."""

from time import time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.statements import insert
from services.payment.gateway import Credentials
from services.payment.schemas import Payment
from services.payment.tables import gateway_credentials, payments


async def credentials_and_payment(connection: AsyncConnection, key: str) -> tuple[Credentials, Payment | None]:
    """What the gateway knows us by, and the payment already recorded for `key`: one question, one answer."""
    earlier = payments.c.idempotency_key == key
    query = select(gateway_credentials, payments).select_from(gateway_credentials.outerjoin(payments, earlier))
    row = (await connection.execute(query)).mappings().one()
    payment = None if row["idempotency_key"] is None else Payment.model_validate(dict(row))
    return Credentials(row["api_key_id"], row["api_secret"]), payment


async def record(connection: AsyncConnection, key: str, payment: Payment) -> None:
    """Keep how a payment ended; the newest word counts."""
    values = payment.model_dump(exclude={"took_s"}) | {"updated_at_ms": int(time() * 1000)}
    entering = insert(connection, payments).values(values | {"idempotency_key": key})
    await connection.execute(entering.on_conflict_do_update(index_elements=["idempotency_key"], set_=values))
