"""A name server over UDP, with a rate limit: what comes beyond it gets no answer, as is usual."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import cast

QUESTIONS_PER_S = 24.0
AT_ONCE = 6
"""Questions that are answered at the same moment, when none came before."""

DOMAIN = "shop.internal"
"""The domain of the shop's services: token is `token.shop.internal`."""

Address = tuple[str, int]


class RateLimit:
    """Lets `per_s` questions pass a second on average, and `at_once` when none came before."""

    def __init__(
        self, per_s: float = QUESTIONS_PER_S, at_once: float = AT_ONCE, clock: Callable[[], float] = monotonic
    ) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._clock = clock
        self._left = at_once
        self._since = clock()

    def passes(self) -> bool:
        """True if one more is answered now."""
        now = self._clock()
        self._left = min(self._at_once, self._left + (now - self._since) * self._per_s)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class NameServer(asyncio.DatagramProtocol):
    """Tells the addresses of services; what the limit does not let pass, or nobody understands, gets no answer."""

    def __init__(self, address_of: Callable[[str], str | None], limit: RateLimit) -> None:
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

        if self._limit.passes() and (answer := answered(data, self._host)):
            self._transport.sendto(answer, addr)

    def _host(self, host: str) -> str | None:
        name, _, domain = host.partition(".")
        return self._address_of(name) if domain == f"{DOMAIN}." else None


@asynccontextmanager
async def serving(
    bound: socket.socket, address_of: Callable[[str], str | None], limit: RateLimit
) -> AsyncIterator[None]:
    """Answer what comes to this socket."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: NameServer(address_of, limit), sock=bound)
    try:
        yield
    finally:
        transport.close()
