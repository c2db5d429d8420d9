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


class NotGrantedError(Exception):
    """The user may do nothing, and gets no tokens."""


class UnreachableError(PeerError):
    """Token was not asked: there was no connection to it."""


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
        """Tokens for a user; raises `NotGrantedError`, `UnreachableError`, `PeerError`."""
        try:
            answer = await ask(self._client, NAME, "/tokens", {"user_id": user_id}, expected=(httpx.codes.FORBIDDEN,))
        except PeerError as error:
            if isinstance(error.__cause__, UNREACHED):
                raise UnreachableError(str(error)) from error
            raise
        if answer.status_code == httpx.codes.FORBIDDEN:
            raise NotGrantedError("No scope is granted.")
        return read(TokenSet, NAME, answer)
