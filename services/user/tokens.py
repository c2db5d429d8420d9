"""Client of token."""

import httpx
from pydantic import BaseModel

from kit.http import peer_client
from kit.platform import Platform
from services.user.peer import ask, read

TIMEOUT = httpx.Timeout(4.0, connect=1.0)
"""More than token's own wait for the claims (3 s)."""

NAME = "token"


class AccessToken(BaseModel):
    """A token; its lifetime in seconds."""

    access_token: str
    expires_in: int


class TokenService:
    """The token service."""

    def __init__(self, url: str, platform: Platform) -> None:
        self._client = peer_client(NAME, url, timeout=TIMEOUT, platform=platform)
        self.close = self._client.aclose

    async def issue(self, user_id: int) -> AccessToken:
        """A token for a user; raises `PeerError`."""
        return read(AccessToken, NAME, await ask(self._client, NAME, "/tokens", {"user_id": user_id}))
