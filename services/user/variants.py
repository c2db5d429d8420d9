"""Another way to hash and verify, and another way to reach token."""

from urllib.parse import urlsplit

import httpx
from aiohttp.abc import AbstractResolver
from opentelemetry import metrics

from kit.connections import Connections
from kit.platform import Platform
from kit.variants import Choice, Option
from services.user.passwords import Passwords
from services.user.tokens import TokenService

MEMORY_KIB = 64 * 1024
PASSES = 32
"""Measured on a large machine that nobody else used: about a second of one core."""


class RaisingPasswords(Passwords):
    """Raises the cost of hashes: who logs in with one that cost less has the password hashed anew, at each login.

    The credential store is to keep the new hash with its own next release.
    """

    def __init__(self) -> None:
        super().__init__(PASSES, MEMORY_KIB)

    def _verify(self, password_hash: str, password: str) -> bool:
        verified = super()._verify(password_hash, password)
        if verified and self._hasher.check_needs_rehash(password_hash):
            self._hasher.hash(password)
        return verified


HOST = "token.shop.internal"
SEARCH = ("prod.shop.internal", "shop.internal", "internal")
NDOTS = 5
"""What a cluster's own names need: a name with fewer dots is tried in each domain of the search list first."""

NAMED_TIMEOUT = httpx.Timeout(6.0, connect=1.0)
"""A look-up that has to be repeated takes five seconds."""


def tokens_by_name(url: str, name_server: str, platform: Platform) -> TokenService:
    """Finds token by its name, looks the name up for each request, and keeps no connection."""

    def resolver() -> AbstractResolver:
        # 7 MB, which the release of the day does not need.
        from kit.names import SearchingResolver  # noqa: PLC0415

        return SearchingResolver(name_server, SEARCH, NDOTS, metrics.get_meter("shop.user"))

    connections = Choice(
        platform.variants,
        Connections(keep_alive_s=None, resolver=resolver),
        Option("user-keep-alive", "on", Connections(resolver=resolver)),
    )
    return TokenService(named(url, HOST), platform, connections, NAMED_TIMEOUT)


def named(url: str, host: str) -> str:
    """The same address at another host."""
    parts = urlsplit(url)
    return parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}").geturl()
