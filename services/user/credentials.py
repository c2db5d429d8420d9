"""Client of the credential store."""

import httpx
from pydantic import BaseModel

from kit.errors import Conflict
from kit.http import peer_client
from kit.platform import Platform
from services.user.peer import ask, read

TIMEOUT = httpx.Timeout(3.0, connect=1.0)
"""More than the store's waits for a connection (2 s) and an external service (0.8 s): who knows why answers first."""

NAME = "database"


class Credentials(BaseModel):
    """Credentials that a login is checked against."""

    user_id: int
    password_hash: str
    name: str
    breached_suffixes: list[str]


class _Created(BaseModel):
    user_id: int


class CredentialStore:
    """The database service."""

    def __init__(self, url: str, platform: Platform) -> None:
        self._client = peer_client(NAME, url, timeout=TIMEOUT, platform=platform)
        self.close = self._client.aclose

    async def add(self, email: str, name: str, password_hash: str) -> int:
        """Store somebody; raises `Conflict` when the address is taken, `PeerError`."""
        body = {"email": email, "name": name, "password_hash": password_hash}
        answer = await ask(self._client, NAME, "/credentials", body, expected=(httpx.codes.CONFLICT,))
        if answer.status_code == httpx.codes.CONFLICT:
            raise Conflict("There is an account with this e-mail address.")
        return read(_Created, NAME, answer).user_id

    async def find(self, email: str, password_prefix: str) -> Credentials | None:
        """The credentials kept for an address, None for somebody unknown; raises `PeerError`."""
        body = {"email": email, "password_prefix": password_prefix}
        # 422: the store knows that no account can have such an address.
        unknown = (httpx.codes.NOT_FOUND, httpx.codes.UNPROCESSABLE_ENTITY)
        answer = await ask(self._client, NAME, "/credentials/query", body, expected=unknown)
        return None if answer.status_code in unknown else read(Credentials, NAME, answer)
