"""Client of recommendation. Nobody's purchase waits for it: away or slow, there is nothing to recommend."""

import asyncio
import logging

from kit.errors import NotFound, ProblemError
from kit.http import PeerClient
from services.frontend.peer import Peer
from services.frontend.schemas import Recommendations

TIMEOUT_S = 1.0

logger = logging.getLogger("shop.frontend")


class Recommender:
    """Products that go with one."""

    def __init__(self, client: PeerClient) -> None:
        self._peer = Peer("recommendation", client)
        self.close = self._peer.close

    async def related(self, product_id: int, limit: int = 4) -> Recommendations:
        """At most `limit` products, none when the service fails or takes longer than a second."""
        try:
            # httpx counts from byte to byte; the page waits for the whole answer.
            async with asyncio.timeout(TIMEOUT_S):
                return await self._ask(product_id, limit)
        except NotFound:
            return Recommendations(products=[])
        except (ProblemError, TimeoutError) as error:
            seen = {"shop.product.id": product_id, "error.type": type(error).__name__}
            logger.warning("Recommendation service did not answer, showing no recommendations.", extra=seen)
            return Recommendations(products=[])

    async def _ask(self, product_id: int, limit: int) -> Recommendations:
        wanted = {"product_id": product_id, "limit": limit}
        return await self._peer.read(Recommendations, "GET", "/recommendations", params=wanted)
