"""A lease in a service's database: of several instances, one does what is to be done once.

The holder has it until a moment of the database's clock, and asks again with a third of that time gone. One that has
died, or stands still for longer, has lost it, and the next that asks gets it. A holder that stands still in the middle
of its work goes on where it stood, and one that cannot ask goes on as long as it cannot: what must not be written by
two is written in the transaction that takes the lease.

On SQLite there is one instance, which has every lease at no cost: to ask would be to wait for the only writer.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from time import monotonic

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import Column, DateTime, MetaData, String, Table, bindparam, delete, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from kit.engine import connected, is_sqlite, open_engine
from kit.errors import DatabaseUnavailable
from kit.settings import DatabaseSettings

LASTS_S = 15.0


def lease_table(metadata: MetaData) -> Table:
    """The table that holds the leases of a service."""
    return Table(
        "leases",
        metadata,
        Column("name", String, primary_key=True),
        Column("holder", String, nullable=False),
        Column("until", DateTime(timezone=True), nullable=False),
    )


_leases = lease_table(MetaData())
_new = insert(_leases).values(
    name=bindparam("lease"), holder=bindparam("asking"), until=func.clock_timestamp() + bindparam("lasts")
)
_take = _new.on_conflict_do_update(
    index_elements=["name"],
    set_={"holder": _new.excluded.holder, "until": _new.excluded.until},
    where=or_(_leases.c.holder == _new.excluded.holder, _leases.c.until <= func.clock_timestamp()),
).returning(_leases.c.name)
_give_back = delete(_leases).where(_leases.c.name == bindparam("lease"), _leases.c.holder == bindparam("asking"))


async def take(connection: AsyncConnection, name: str, holder: str, lasts_s: float) -> bool:
    """Take or renew a lease in a transaction of the caller's; says whether `holder` has it once that is committed."""
    if connection.dialect.name == "sqlite":
        return True
    asking = {"lease": name, "asking": holder, "lasts": timedelta(seconds=lasts_s)}
    with suppress_instrumentation():
        return (await connection.execute(_take, asking)).scalar() is not None


class Lease:
    """The lease `name` of one instance of `service`, which lasts `lasts_s` seconds from when it was asked for.

    It has a connection of its own while it asks, so that a pool without a free one does not lose it.
    """

    def __init__(
        self,
        service: str,
        settings: DatabaseSettings,
        name: str,
        *,
        lasts_s: float = LASTS_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._engine = open_engine(settings.database_url, service, poolclass=NullPool)
        self._is_alone = is_sqlite(self._engine)
        self._name = name
        self._holder = settings.instance
        self._lasts_s = lasts_s
        self._clock = clock
        self._until_s = self._ask_at_s = 0.0

    @property
    def is_current(self) -> bool:
        """True if it was ours when the database last said so, and has not ended since, as far as it could be asked."""
        return self._is_alone or self._clock() < self._until_s

    async def is_ours(self) -> bool:
        """True if this instance has it; asks the database when that was said a while ago.

        Raises DatabaseUnavailable.
        """
        if not self._is_alone and self._clock() >= self._ask_at_s:
            await self._ask()
        return self.is_current

    async def keep(self) -> None:
        """Renew it in time, until cancelled, whatever fails."""
        while True:
            await asyncio.sleep(self._lasts_s / 3)
            with suppress(DatabaseUnavailable):  # it is told where it is found
                await self.is_ours()

    async def close(self) -> None:
        """Give it back, so that nobody has to wait for its end."""
        if self.is_current and not self._is_alone:
            self._until_s = 0.0
            await self._give_back()
        await self._engine.dispose()

    async def _ask(self) -> None:
        asked_s = self._clock()
        self._ask_at_s = asked_s + self._lasts_s / 3
        try:
            with suppress_instrumentation():
                async with connected(self._engine) as connection, connection.begin():
                    taken = await take(connection, self._name, self._holder, self._lasts_s)
        except DatabaseUnavailable:
            if not self._until_s:
                raise
            taken = True  # a role without a connection left still has those of the pool, and so the work goes on
        self._until_s = asked_s + self._lasts_s if taken else 0.0

    async def _give_back(self) -> None:
        with suppress(DatabaseUnavailable), suppress_instrumentation():  # it ends by itself
            async with connected(self._engine) as connection, connection.begin():
                await connection.execute(_give_back, {"lease": self._name, "asking": self._holder})
