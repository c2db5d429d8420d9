"""The way out to third parties: a firewall, rated as firewalls are, by the new connections that it sets up each second.

A model, as the gateway's latency is: on loopback nothing stands between the shop and a third party. Who keeps
connections never waits here.
"""

import asyncio
from collections.abc import Callable
from time import monotonic

from kit.token_bucket import TokenBucket

NEW_CONNECTIONS_PER_S = 16.0
"""Of one service. The usual eight checkouts a second are sixteen requests to the payment gateway."""

AT_ONCE = 24
"""A crowd that comes now and then passes: orders that were held up for ten seconds, and pay all at once."""


class Egress:
    """Sets up `per_s` connections a second on average, and `at_once` when none came before; others wait in line."""

    def __init__(
        self,
        per_s: float = NEW_CONNECTIONS_PER_S,
        at_once: float = AT_ONCE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._bucket = TokenBucket(per_s, at_once, clock)
        self._line = asyncio.Lock()

    async def passed(self) -> None:
        """Return when it is this connection's turn; who gives up waiting leaves the line, and takes nothing."""
        async with self._line:
            if wait_s := self._bucket.wait_s:
                await asyncio.sleep(wait_s)
            self._bucket.spend()
