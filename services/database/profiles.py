"""What a token says about somebody."""

from sqlalchemy import select

from kit.errors import NotFound
from services.database.connections import Connections
from services.database.schemas import Claims
from services.database.tables import users


class Profiles:
    """Reads the claims of a token."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def claims(self, user_id: int) -> Claims:
        """Claims of a token for a user; raises `NotFound`, `GatewayTimeout`."""
        wanted = select(users.c.name, users.c.email_verified, users.c.roles).where(users.c.id == user_id)
        async with self._connections.read() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        if row is None:
            raise NotFound("There is no such user.")
        return Claims.model_validate({**row, "sub": str(user_id), "roles": row["roles"].split()})
