"""The nodes that answer for histories: chosen by a balancer, asked again when they do not answer."""

import logging
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Protocol
from urllib.parse import urlencode

import httpx

from kit.errors import GatewayTimeout, ProblemError
from kit.regions import COMPANIES
from services.frontend.history.balancing import Route
from services.frontend.history.insistence import Insistence
from services.frontend.history.outlines import Part
from services.frontend.history.telemetry import Telemetry
from services.frontend.history.visitors import Visitor
from services.frontend.peer import Peer
from services.frontend.schemas import HistoryPart

logger = logging.getLogger("shop.frontend")

TIMEOUT = httpx.Timeout(1.0)
ATTEMPTS = 3


class Observer(Protocol):
    """Learns how soon nodes answer."""

    def answered(self, node: str, took_s: float) -> None:
        """A node has answered."""
        ...

    def failed(self, node: str) -> None:
        """A node has not answered."""
        ...


class Nodes:
    """All nodes, each by the links from every region: `peers` by a visitor's region and the node's name."""

    def __init__(
        self,
        peers: Mapping[tuple[str, str], Peer],
        route: Callable[[], Route],
        observers: Mapping[str, Observer],
        insistence: Callable[[], Insistence],
        telemetry: Telemetry,
    ) -> None:
        self._peers = peers
        self._route = route
        self._observers = observers
        self._insistence = insistence
        self._telemetry = telemetry

    async def read(self, visitor: Visitor, customer_id: int, part: Part) -> HistoryPart:
        """One part of a customer's history; raises ProblemError when no answer came in time, three times in a row."""
        kind = f"{part.home} {'company' if customer_id in COMPANIES else 'person'}"
        insistence = self._insistence()
        for number in range(ATTEMPTS - 1):
            try:
                return await self._ask(insistence, kind, visitor, customer_id, part)
            except GatewayTimeout:
                await insistence.pause(number)
        return await self._ask(insistence, kind, visitor, customer_id, part)

    async def close(self) -> None:
        """Close all connections."""
        for peer in self._peers.values():
            await peer.close()

    async def _ask(
        self, insistence: Insistence, kind: str, visitor: Visitor, customer_id: int, part: Part
    ) -> HistoryPart:
        region = visitor.region
        async with insistence.circuit(kind):
            node = self._route()(visitor).choose(part.home)
            route = {"shop.region": region, "shop.history.home": part.home, "shop.history.node": node}
            logger.info("History query routed.", extra=route)
            start = perf_counter()
            try:
                answer = await self._peers[region, node].read(HistoryPart, "GET", _question(customer_id, part))
            except ProblemError as problem:
                self._telemetry.asked(region, node, "timeout" if isinstance(problem, GatewayTimeout) else "error")
                self._observers[region].failed(node)
                raise
            self._telemetry.asked(region, node, "ok")
            self._observers[region].answered(node, perf_counter() - start)
            return answer


def _question(customer_id: int, part: Part) -> str:
    wanted = [("home", part.home), *(("figure", figure) for figure in part.figures)]
    if part.site is not None:
        wanted.append(("site", str(part.site)))
    return f"/customers/{customer_id}/summary?{urlencode(wanted)}"
