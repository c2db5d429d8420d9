"""Nodes that keep the rows of other regions, over HTTP."""

from collections.abc import Mapping

import httpx
from pydantic import TypeAdapter

from kit.http import PeerClient, peer_failures
from services.history.schemas import Region, Row

TIMEOUT = httpx.Timeout(10.0, connect=1.0)
"""Longer than anybody waits: what the node was asked for is still good for the next."""

_rows = TypeAdapter(list[Row])


class Owners:
    """Sends for lines; `nodes` are clients by region."""

    def __init__(self, nodes: Mapping[str, PeerClient]) -> None:
        self._nodes = nodes

    async def lines(self, customer_id: int, home: Region) -> list[Row]:
        """A customer's lines as they are, from the region that keeps them; raises GatewayTimeout and Unavailable."""
        with peer_failures(f"The history node of {home}"):
            answer = await self._nodes[home].get(f"/customers/{customer_id}/lines")
            return _rows.validate_json(answer.raise_for_status().content)

    async def close(self) -> None:
        """Close the connections."""
        for client in self._nodes.values():
            await client.aclose()
