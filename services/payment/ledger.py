"""Statements on payments and credentials."""

from collections.abc import Sequence
from time import time

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.statements import Insertion
from services.payment.gateway import Credentials
from services.payment.schemas import Payment
from services.payment.tables import gateway_credentials, payments

_earlier = payments.c.idempotency_key == bindparam("key")
_credentials_and_payment = select(gateway_credentials, payments).select_from(
    gateway_credentials.outerjoin(payments, _earlier)
)

_record = Insertion(
    payments,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["idempotency_key"],
        set_={column.name: insert.excluded[column.name] for column in payments.c if not column.primary_key},
    ),
)


async def credentials_and_payment(connection: AsyncConnection, key: str) -> tuple[Credentials, Payment | None]:
    """Our credentials at the gateway, and the payment already recorded for `key`, by one statement."""
    row = (await connection.execute(_credentials_and_payment, {"key": key})).mappings().one()
    payment = None if row["idempotency_key"] is None else Payment.model_validate(dict(row))
    return Credentials(row["api_key_id"], row["api_secret"]), payment


async def credentials_and_newest(connection: AsyncConnection, most: int) -> tuple[Credentials, Sequence[str]]:
    """Our credentials at the gateway, and the keys of the payments that were recorded last."""
    newest = select(payments.c.idempotency_key).order_by(payments.c.updated_at_ms.desc()).limit(most)
    row = (await connection.execute(select(gateway_credentials))).mappings().one()
    return Credentials(row["api_key_id"], row["api_secret"]), (await connection.execute(newest)).scalars().all()


async def lock_books(connection: AsyncConnection) -> None:
    """Let nobody else write payments before this transaction ends; SQLite's has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("LOCK TABLE payments IN SHARE ROW EXCLUSIVE MODE"))


async def record(connection: AsyncConnection, key: str, payment: Payment) -> None:
    """Keep how a payment ended; the newest word counts."""
    values = payment.model_dump(exclude={"took_s"}) | {"updated_at_ms": int(time() * 1000)}
    await connection.execute(_record.on(connection), values | {"idempotency_key": key})
