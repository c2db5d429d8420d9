"""Access control: API keys are exchanged for short-lived tokens."""

import hashlib
import hmac
import secrets

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import bindparam, select

from kit.db import Database
from kit.errors import Unauthorized
from services.gateway.tables import merchants

TOKEN_LIFETIME_S = 300

_secret_hash = select(merchants.c.secret_hash).where(merchants.c.api_key_id == bindparam("key_id"))


def hash_secret(secret: str) -> str:
    """API secrets are long random strings, so a plain hash is enough to keep them out of the books."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Access:
    """Issues and checks tokens; a restart makes every token issued before it invalid."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._tokens = URLSafeTimedSerializer(secrets.token_bytes(32))

    async def issue(self, api_key: str) -> str:
        """A token for the holder of `api_key`, written `id:secret`; Unauthorized for a wrong one."""
        key_id, _, secret = api_key.partition(":")
        async with self._db.read() as connection:
            expected = await connection.scalar(_secret_hash, {"key_id": key_id})
        if expected is None or not hmac.compare_digest(expected, hash_secret(secret)):
            raise Unauthorized("The API key is not known.")
        return str(self._tokens.dumps(key_id))

    def check(self, token: str) -> str:
        """The API key id that `token` was issued to; Unauthorized for a forged or expired one."""
        try:
            return str(self._tokens.loads(token, max_age=TOKEN_LIFETIME_S))
        except BadData:
            raise Unauthorized("The access token is invalid or has expired.") from None
