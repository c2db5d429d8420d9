"""Client of the user service."""

import httpx

from kit.http import PeerClient
from services.frontend.peer import Peer
from services.frontend.schemas import Account, Credentials, LoggedIn, NewAccount

TIMEOUT = httpx.Timeout(10.0, connect=1.0)


class Accounts:
    """Sign-up and login."""

    def __init__(self, client: PeerClient) -> None:
        self._peer = Peer("user", client)
        self.close = self._peer.close

    async def sign_up(self, account: NewAccount) -> Account:
        """Register somebody; raises `Conflict` when the address is taken."""
        return await self._peer.read(Account, "POST", "/users", json=account.model_dump())

    async def log_in(self, credentials: Credentials) -> LoggedIn:
        """A session, with tokens if there are any; raises `Unauthorized` for a wrong address or password."""
        return await self._peer.read(LoggedIn, "POST", "/sessions", json=credentials.model_dump())
