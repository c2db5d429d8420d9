"""Client of token."""

import httpx

from kit.connections import Connections
from kit.http import peer_client
from kit.platform import Platform
from kit.variants import Choice
from services.user.peer import PeerError, ask, read
from services.user.schemas import TokenSet

TIMEOUT = httpx.Timeout(4.0, connect=1.0)
"""More than token's own wait for the claims (3 s)."""

NAME = "token"

UNREACHED = (httpx.ConnectTimeout, httpx.ConnectError)
"""Failures in which token was not asked."""


class NoTokensError(PeerError):
    """No tokens are granted (`not_granted`), or token was not reached (`unreachable`)."""


class TokenService:
    """The token service, over `connections` if they are chosen."""

    def __init__(
        self,
        url: str,
        platform: Platform,
        connections: Choice[Connections] | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self._client = peer_client(NAME, url, timeout=timeout, platform=platform, connections=connections)
        self.close = self._client.aclose

    async def issue(self, user_id: int) -> TokenSet:
        """Tokens for a user; raises `NoTokensError`, `PeerError`."""
        try:
            answer = await ask(self._client, NAME, "/tokens", {"user_id": user_id}, expected=(httpx.codes.FORBIDDEN,))
        except PeerError as error:
            if isinstance(error.__cause__, UNREACHED):
                raise NoTokensError("unreachable") from error
            raise
        if answer.status_code == httpx.codes.FORBIDDEN:
            raise NoTokensError("not_granted")
        return read(TokenSet, NAME, answer)
