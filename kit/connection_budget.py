"""The budget of connections: what all instances of a service may open is what its role on the server may have."""

from dataclasses import dataclass

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from kit.engine import connected, is_sqlite, open_engine
from kit.migrations import patiently
from kit.settings import DatabaseSettings

BESIDE_THE_POOL = 1
"""For the schema at the start, and for leases afterwards."""

_ROLE = text("SELECT rolname, rolconnlimit, rolsuper FROM pg_roles WHERE rolname = current_user")
_SERVER = text(
    "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
)


class TooFewConnectionsError(Exception):
    """The server would refuse connections that the pools may open; the message says what to change."""


@dataclass(frozen=True)
class Allowance:
    """What the server grants: `most` connections of the role, or of everybody where the role has no limit."""

    role: str
    most: int
    is_of_the_role: bool

    def raised_to(self, wanted: int) -> str:
        """How so many are allowed."""
        if self.is_of_the_role:
            return f'ALTER ROLE "{self.role}" CONNECTION LIMIT {wanted}, and max_connections by as much'
        return "max_connections of the server"


async def check(service: str, settings: DatabaseSettings) -> None:
    """Raises TooFewConnectionsError if the pools of all instances may open more connections than the server allows."""
    engine = open_engine(settings.database_url, service, poolclass=NullPool)
    if is_sqlite(engine):
        return
    try:
        with suppress_instrumentation():
            allowance = await patiently(lambda: _allowance(engine))
    finally:
        await engine.dispose()
    wanted = wanted_by_all(settings)
    if wanted > allowance.most:
        raise TooFewConnectionsError(
            f"{settings.replicas} instances of {service} may open {wanted} connections, and the server allows "
            f"{allowance.most}. Raise it ({allowance.raised_to(wanted)}), or lower DATABASE_POOL_SIZE or REPLICAS."
        )


def wanted_by_all(settings: DatabaseSettings) -> int:
    """Connections that all instances may have open at once, without what a remedy adds."""
    each = settings.database_pool_size + settings.database_max_overflow + BESIDE_THE_POOL
    return settings.replicas * each


async def _allowance(engine: AsyncEngine) -> Allowance:
    async with connected(engine) as connection:
        role, limit, is_superuser = (await connection.execute(_ROLE)).one()
        if limit >= 0 and not is_superuser:
            return Allowance(role, limit, is_of_the_role=True)
        return Allowance(role, (await connection.execute(_SERVER)).scalar_one(), is_of_the_role=False)
