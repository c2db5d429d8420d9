"""Signing keys that take turns: each signs for its lifetime, and verifies until the last token it signed expired."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from time import time
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from kit.lease import take
from kit.statements import take_turn
from services.token.tables import signing_keys

ALGORITHM = "ES256"
"""Understood everywhere; the name EdDSA is deprecated (RFC 9864) and its successor hardly known yet."""

ROTATED_FOR_S = 10.0
"""An order to replace the key reaches every instance by then: the first that follows it has done so for all."""

_columns = signing_keys.c


@dataclass(frozen=True)
class SigningKey:
    """A private key; times in seconds since 1970."""

    kid: str
    key: ECKey
    signs_until: int
    verifies_until: int


class KeyRing:
    """The keys in the database, with the present ones at hand, in one `instance` of several. Lifetimes in seconds."""

    def __init__(
        self,
        db: Database,
        instance: str,
        *,
        key_lifetime_s: int,
        token_lifetime_s: int,
        clock: Callable[[], float] = time,
    ) -> None:
        self._db = db
        self._instance = instance
        self._key_lifetime_s = key_lifetime_s
        self._token_lifetime_s = token_lifetime_s
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}

    async def signing(self) -> SigningKey:
        """The key to sign with now; makes the next one when its turn has come."""
        return self._signer() or await self._rotate()

    async def find(self, kid: str) -> SigningKey | None:
        """The key that signed a token, if it still verifies."""
        if kid not in self._keys:
            await self._reload()
        key = self._keys.get(kid)
        return key if key and key.verifies_until > self._clock() else None

    async def public(self) -> list[dict[str, Any]]:
        """Every key that still verifies, without its private part, newest first."""
        await self._reload()
        return [dict(key.key.as_dict(private=False)) for key in self._keys.values()]

    async def retire(self) -> None:
        """Have another key sign from the next token on; what was signed so far can be verified as before.

        Of several instances that are told at once, the first does it; the others forget the key that they sign with.
        """
        now = int(self._clock())
        async with self._db.transaction() as connection:
            if await take(connection, "rotation", self._instance, ROTATED_FOR_S):
                signing = _columns.signs_until > now
                await connection.execute(update(signing_keys).where(signing).values(signs_until=now))
        self._keys = {}

    def _signer(self) -> SigningKey | None:
        newest = max(self._keys.values(), key=lambda key: key.signs_until, default=None)
        return newest if newest and newest.signs_until > self._clock() else None

    async def _rotate(self) -> SigningKey:
        async with self._db.transaction() as connection:
            await connection.run_sync(take_turn, "signing keys")
            await self._read(connection)
            # Another request, or another instance, may have been first.
            key = self._signer() or self._make()
            if key.kid not in self._keys:
                await connection.execute(delete(signing_keys).where(_columns.verifies_until <= int(self._clock())))
                await connection.execute(insert(signing_keys).values(_row(key)))
        self._keys[key.kid] = key
        return key

    async def _reload(self) -> None:
        async with self._db.read() as connection:
            await self._read(connection)

    async def _read(self, connection: AsyncConnection) -> None:
        query = select(signing_keys).where(_columns.verifies_until > int(self._clock()))
        rows = (await connection.execute(query.order_by(_columns.signs_until.desc()))).mappings()
        self._keys = {row["kid"]: self._keys.get(row["kid"]) or _key(dict(row)) for row in rows}

    def _make(self) -> SigningKey:
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        signs_until = int(self._clock()) + self._key_lifetime_s
        return SigningKey(str(key.kid), key, signs_until, signs_until + self._token_lifetime_s)


def _row(key: SigningKey) -> dict[str, str | int]:
    jwk = json.dumps(key.key.as_dict(private=True))
    return {"kid": key.kid, "jwk": jwk, "signs_until": key.signs_until, "verifies_until": key.verifies_until}


def _key(row: dict[str, Any]) -> SigningKey:
    key = ECKey.import_key(json.loads(row["jwk"]))
    return SigningKey(row["kid"], key, row["signs_until"], row["verifies_until"])
