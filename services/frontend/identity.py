"""The holder of an access token: checked with the token service's public keys, which are kept and rotate."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from opentelemetry.metrics import Meter
from pydantic import BaseModel, ValidationError

from kit.errors import Unavailable
from kit.http import PeerClient
from services.frontend.peer import Peer

TIMEOUT = httpx.Timeout(2.0, connect=1.0)
ALGORITHMS = ["ES256"]
REFETCH_AFTER_S = 10.0
LEEWAY_S = 5.0
"""Clocks of two machines may differ by so much."""
REMEMBERED = 256
"""Tokens whose signature need not be checked again: each request of a visitor brings the same one."""

REFUSALS: Mapping[str, str] = {
    "expired": "The token has expired.",
    "invalid": "The token is not valid.",
    "not_yet_valid": "The token is not valid yet.",
    "unknown_key": "The token is signed with an unknown key.",
}
"""Why a token proves nothing, by the reason that is counted."""


class InvalidTokenError(Exception):
    """The token proves nothing, for a `reason` of `REFUSALS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(REFUSALS[reason])
        self.reason = reason


@dataclass(frozen=True)
class Identity:
    """A logged-in customer."""

    user_id: int
    name: str


class PublicKeys(BaseModel):
    """The token service's key set (RFC 7517)."""

    keys: list[dict[str, Any]]


class _Claims(BaseModel):
    iss: Literal["shop"]
    aud: Literal["shop"]
    sub: int
    name: str = ""
    nbf: float = 0.0
    exp: float


@dataclass(frozen=True, eq=False)
class PublicKey:
    """A key as it was fetched; the same key, fetched again, is another one."""

    key: Key


@lru_cache(REMEMBERED)
def _key_id(token: str) -> str:
    return str(jws.extract_compact(token.encode()).headers().get("kid"))


@lru_cache(REMEMBERED)
def _verified(token: str, public: PublicKey) -> _Claims:
    """What a token says that the key's owner has signed; it may have expired since."""
    return _Claims.model_validate(jwt.decode(token, public.key, algorithms=ALGORITHMS).claims)


class KeyRing:
    """The public keys, fetched when an unknown one is asked for, at most once in `REFETCH_AFTER_S`."""

    def __init__(self, fetch: Callable[[], Awaitable[PublicKeys]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, PublicKey] = {}
        self._fetched_at = -REFETCH_AFTER_S
        self._lock = asyncio.Lock()

    async def find(self, kid: str) -> PublicKey:
        """The key of this id.

        Raises `InvalidTokenError` when there is none, and `ProblemError` when that cannot be told at this moment.
        """
        async with self._lock:
            if kid not in self._keys:
                await self._refetch()
        return self.known(kid)

    def known(self, kid: str) -> PublicKey:
        """The key of this id, as far as it was fetched; raises `InvalidTokenError`."""
        if kid not in self._keys:
            raise InvalidTokenError("unknown_key")
        return self._keys[kid]

    @property
    def has_fetched(self) -> bool:
        """True if there are keys."""
        return bool(self._keys)

    async def _refetch(self) -> None:
        if self._clock() - self._fetched_at < REFETCH_AFTER_S:
            raise Unavailable("The key of this login is not known yet.")
        fetched = KeySet.import_key_set({"keys": (await self._fetch()).keys})
        self._keys = {key.kid: PublicKey(key) for key in fetched if key.kid}
        self._fetched_at = self._clock()


class Keys(Protocol):
    """Knows public keys."""

    async def find(self, kid: str) -> PublicKey:
        """The key of this id; raises `InvalidTokenError`, `ProblemError`."""
        ...


class KeySource:
    """The token service, which publishes its keys."""

    def __init__(self, client: PeerClient) -> None:
        self._peer = Peer("token", client)
        self.close = self._peer.close

    async def fetch(self) -> PublicKeys:
        """Every key that still verifies; raises `ProblemError`."""
        return await self._peer.read(PublicKeys, "GET", "/.well-known/jwks.json")


class Identities:
    """Turns access tokens into customers; counts those that it refuses, `shop.token.refused`, by reason."""

    def __init__(self, source: KeySource, ring: Callable[[], Keys], meter: Meter) -> None:
        self.close = source.close
        self._ring = ring
        self._refused = meter.create_counter("shop.token.refused", "{token}")
        for reason in REFUSALS:
            self._refused.add(0, {"shop.refusal.reason": reason})

    async def identify(self, token: str) -> Identity:
        """The holder of this token; raises `InvalidTokenError`, or `ProblemError` when no key can be had."""
        with self._refusals_counted():
            claims = await self._claims(token)
            if claims.exp <= time.time():
                raise InvalidTokenError("expired")
            if claims.nbf > time.time() + LEEWAY_S:
                raise InvalidTokenError("not_yet_valid")
        return Identity(claims.sub, claims.name)

    async def _claims(self, token: str) -> _Claims:
        try:
            return _verified(token, await self._ring().find(_key_id(token)))
        except (JoseError, ValidationError, ValueError) as error:
            raise InvalidTokenError("invalid") from error

    @contextmanager
    def _refusals_counted(self) -> Iterator[None]:
        try:
            yield
        except InvalidTokenError as error:
            self._refused.add(1, {"shop.refusal.reason": error.reason})
            raise
