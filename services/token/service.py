"""Issues and verifies access tokens. No token, and no name, is ever logged: users appear by id."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from joserfc import jws, jwt
from joserfc.errors import JoseError
from opentelemetry import trace
from pydantic import ValidationError

from kit.errors import BadGateway, Forbidden, GatewayTimeout, NotFound, ProblemError, Unauthorized
from services.token.credentials import IncompleteError, UnknownUserError
from services.token.keys import ALGORITHM, KeyRing
from services.token.schemas import AccessToken, Claims, UserClaims
from services.token.telemetry import Results

ISSUER = AUDIENCE = "shop"

SCOPES = {"shopper": "orders"}
"""What the holder of a role may do. Whoever may do nothing, as a customer who is suspended, gets no token."""

logger = logging.getLogger("shop.token")


class ClaimSource(Protocol):
    """Knows the users."""

    async def claims(self, user_id: int) -> UserClaims:
        """Claims of a token for a user; raises `UnknownUserError` or `IncompleteError`."""
        ...


class Tokens:
    """Tokens that are valid for `lifetime_s` seconds."""

    def __init__(
        self,
        keys: Callable[[], KeyRing],
        users: ClaimSource,
        results: Results,
        lifetime_s: int,
        clock: Callable[[], float],
    ) -> None:
        self._keys = keys
        self._users = users
        self._results = results
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._tracer = trace.get_tracer("shop.token")

    async def issue(self, user_id: int) -> AccessToken:
        """A token for a user; raises `NotFound`, `Forbidden`, `BadGateway`, `GatewayTimeout`."""
        with self._results.counted():
            claims = await self._claims(user_id)
            scope = _granted(user_id, claims.roles)
            token = await self._sign(claims, scope)
            return AccessToken(access_token=token, expires_in=self._lifetime_s, scope=scope)

    async def verify(self, token: str) -> Claims:
        """Claims of a token; raises `Unauthorized` unless it is ours, whole and not expired."""
        try:
            claims = Claims.model_validate(await self._signed_claims(token))
        except (JoseError, ValidationError, ValueError) as error:
            raise Unauthorized("The token is not valid.") from error
        if (claims.iss, claims.aud) != (ISSUER, AUDIENCE):
            raise Unauthorized("The token is not valid.")
        if claims.exp <= self._clock():
            raise Unauthorized("The token has expired.")
        return claims

    async def _claims(self, user_id: int) -> UserClaims:
        try:
            return await self._users.claims(user_id)
        except UnknownUserError:
            raise NotFound(f"There is no user {user_id}.") from None
        except IncompleteError as error:
            raise _no_token(user_id, error) from error

    async def _sign(self, claims: UserClaims, scope: str) -> str:
        now = int(self._clock())
        times = {"iat": now, "nbf": now, "exp": now + self._lifetime_s}
        said = claims.model_dump() | times | {"iss": ISSUER, "aud": AUDIENCE, "jti": uuid4().hex, "scope": scope}
        with self._tracer.start_as_current_span("sign token") as span:
            signer = await self._keys().signing()
            span.set_attributes({"shop.token.key_id": signer.kid, "shop.token.valid_from": _moment(now)})
            header = {"alg": ALGORITHM, "kid": signer.kid}
            return jwt.encode(header, said, signer.key, algorithms=[ALGORITHM])

    async def _signed_claims(self, token: str) -> dict[str, Any]:
        header = jws.extract_compact(token.encode()).headers()
        key = await self._keys().find(str(header.get("kid")))
        if key is None:
            raise Unauthorized("The token is signed with an unknown key.")
        return jwt.decode(token, key.key, algorithms=[ALGORITHM]).claims


def _moment(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).isoformat()


def _granted(user_id: int, roles: list[str]) -> str:
    scope = " ".join(SCOPES[role] for role in roles if role in SCOPES)
    if not scope:
        logger.info("No token is issued, since no scope is granted.", extra={"shop.user.id": user_id})
        raise Forbidden("No scope is granted to this user.")
    return scope


def _no_token(user_id: int, error: IncompleteError) -> ProblemError:
    user = {"shop.user.id": user_id}
    logger.error(
        "Token generation failed because user data was incomplete.", extra={**user, "exception.message": str(error)}
    )
    logger.info("User login failed, skipping token generation.", extra=user)
    return GatewayTimeout(str(error)) if error.timed_out else BadGateway(str(error))
