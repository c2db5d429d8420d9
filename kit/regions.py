"""Regions: where the rows of a customer are kept, and how far it is from one region to another.

A model, as the gateway's latency is: on loopback all regions are one machine. A request and its answer take half of a
stated round trip each, whatever their size; what is sent, and what that costs at either end, is real.
"""

import asyncio
from collections.abc import Awaitable, Callable

from kit.messages import Request, Response
from kit.network import Network

REGIONS = ("us", "eu", "asia")

ROUND_TRIP_S = {frozenset({"us", "eu"}): 0.080, frozenset({"us", "asia"}): 0.150, frozenset({"eu", "asia"}): 0.120}
"""As measured between the providers' regions of these continents, in seconds."""

COMPANIES = range(1, 9)
"""Customers with many lines, who have offices in every region and their head office in the first."""


def round_trip_s(one: str, other: str) -> float:
    """The time from a region to another and back; none within a region."""
    return ROUND_TRIP_S.get(frozenset({one, other}), 0.0)


def offices_of(customer_id: int) -> tuple[str, ...]:
    """The regions that keep rows of a customer, that of the head office first; people have one."""
    return REGIONS if customer_id in COMPANIES else (REGIONS[customer_id % len(REGIONS)],)


class Link:
    """The way to a peer that is a `round_trip_s` away; who gives up waiting leaves the peer at work."""

    def __init__(
        self, network: Network, round_trip_s: float, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._network = network
        self._one_way_s = round_trip_s / 2
        self._pause = pause
        self.aclose = network.aclose

    async def handle_async_request(self, request: Request) -> Response:
        """Send a request and wait for its whole answer."""
        await self._pause(self._one_way_s)
        response = await self._network.handle_async_request(request)
        await self._pause(self._one_way_s)
        return response
