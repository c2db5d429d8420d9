"""Passwords known from data breaches: an external service is asked for them by range."""

import logging

import httpx
from pydantic import BaseModel, ValidationError

from kit.http import PeerClient

logger = logging.getLogger("shop.database")

TIMEOUT = httpx.Timeout(0.8)
"""A login goes on without the answer; with a wait for a connection (2 s) it stays below what user waits (3 s)."""

NO_TIMEOUT = httpx.Timeout(None)


class _Range(BaseModel):
    suffixes: list[str]


class BreachedPasswords:
    """The external service over HTTP."""

    def __init__(self, http: PeerClient, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._http = http
        self._timeout = timeout

    async def suffixes(self, prefix: str) -> list[str]:
        """Rests of the known SHA-1 hashes that begin with `prefix`; none when the external service does not help."""
        try:
            # In the query, which stays out of every span.
            answer = await self._http.request(
                "GET", "/v1/breached-passwords", params={"prefix": prefix}, timeout=self._timeout
            )
            return _Range.model_validate_json(answer.raise_for_status().content).suffixes
        except (httpx.HTTPError, ValidationError) as error:
            logger.warning("Breached passwords could not be searched.", extra={"error.type": type(error).__name__})
            return []
