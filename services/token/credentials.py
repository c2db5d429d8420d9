"""Client of the credential store: the claims about a user."""

from functools import partial

import httpx
from pydantic import ValidationError

from kit.http import peer_client, peer_failures
from kit.messages import Response
from kit.platform import Platform
from services.token.schemas import UserClaims

TIMEOUT = httpx.Timeout(3.0, connect=1.0)


class IncompleteError(Exception):
    """The credential store did not answer, or not with what a token needs."""

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class UnknownUserError(Exception):
    """The credential store knows no such user."""


class CredentialStore:
    """The database service."""

    def __init__(self, url: str, platform: Platform) -> None:
        self._client = peer_client("database", url, timeout=TIMEOUT, platform=platform)
        self.close = self._client.aclose

    async def claims(self, user_id: int) -> UserClaims:
        """Claims of a token for a user; raises `UnknownUserError` or `IncompleteError`."""
        answer = await self._ask(f"/users/{user_id}/claims")
        try:
            return UserClaims.model_validate_json(answer.content)
        except ValidationError:
            # Not `from`: what does not fit would be quoted.
            raise IncompleteError("The credential store's answer lacks a part.") from None

    async def _ask(self, path: str) -> Response:
        late = partial(IncompleteError, timed_out=True)
        with peer_failures("The credential store", timeout=late, unavailable=IncompleteError):
            answer = await self._client.get(path)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise UnknownUserError
        if not answer.is_success:
            timed_out = answer.status_code == httpx.codes.GATEWAY_TIMEOUT
            raise IncompleteError(f"The credential store answered {answer.status_code}.", timed_out=timed_out)
        return answer
