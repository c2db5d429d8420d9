"""A name server over UDP, with a rate limit: what comes beyond it gets no answer, as is usual."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol, cast

from kit.token_bucket import TokenBucket

QUESTIONS_PER_S = 24.0
AT_ONCE = 6
"""Questions that are answered at the same moment, when none came before."""

DOMAIN = "shop.internal"
"""The domain of the shop's services: token is `token.shop.internal`."""

Address = tuple[str, int]


class Limit(Protocol):
    """Says whether one more question is answered now."""

    def take(self) -> bool:
        """True if it is; then it counts."""
        ...


def rate_limit() -> Limit:
    """The limit of the name server, whoever runs it."""
    return TokenBucket(QUESTIONS_PER_S, AT_ONCE)


class NameServer(asyncio.DatagramProtocol):
    """Tells the addresses of services; what the limit does not let pass, or nobody understands, gets no answer."""

    def __init__(self, address_of: Callable[[str], str | None], limit: Limit) -> None:
        """`address_of` tells the address of a service by its name, None for one that it does not know."""
        self._address_of = address_of
        self._limit = limit

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Answer a question, or drop it."""
        # 7 MB, for a server that most shops never ask.
        from whodunit.names.answers import answered  # noqa: PLC0415

        if self._limit.take() and (answer := answered(data, self._host)):
            self._transport.sendto(answer, addr)

    def _host(self, host: str) -> str | None:
        name, _, domain = host.partition(".")
        return self._address_of(name) if domain == f"{DOMAIN}." else None


@asynccontextmanager
async def serving(bound: socket.socket, address_of: Callable[[str], str | None], limit: Limit) -> AsyncIterator[None]:
    """Answer what comes to this socket."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: NameServer(address_of, limit), sock=bound)
    try:
        yield
    finally:
        transport.close()
