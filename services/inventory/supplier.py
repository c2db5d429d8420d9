"""The supplier of the limited editions over HTTP."""

import httpx

from kit.http import PeerClient, peer_failures
from services.inventory.editions import Reading
from services.inventory.schemas import Item, ReservationRequest

TIMEOUT = httpx.Timeout(5.0)


class Supplier:
    """`http` has the supplier's address as its base."""

    def __init__(self, http: PeerClient) -> None:
        self._http = http

    async def confirm(self, _: Reading, request: ReservationRequest, item: Item) -> None:
        """Have the supplier confirm that he delivers it; raises GatewayTimeout and Unavailable."""
        pieces = {"reference": request.order_id, **item.model_dump()}
        with peer_failures("The supplier"):
            (await self._http.post("/v1/confirmations", json=pieces)).raise_for_status()
