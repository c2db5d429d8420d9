"""The inventory service over HTTP."""

import httpx

from kit.http import PeerClient
from services.order.peers import failures
from services.order.schemas import Order


class HttpInventory:
    """`http` has inventory's address as its base."""

    def __init__(self, http: PeerClient) -> None:
        self._http = http

    async def reserve(self, order: Order) -> bool:
        """Put an order's goods aside; False when there are not enough."""
        items = [item.model_dump(include={"product_id", "quantity"}) for item in order.items]
        with failures("inventory"):
            body = {"order_id": order.id, "user_id": order.user_id, "items": items}
            answer = await self._http.post("/reservations", json=body)
            if answer.status_code == httpx.codes.CONFLICT:
                return False
            answer.raise_for_status()
        return True

    async def commit(self, order: Order) -> None:
        """The goods are sold."""
        with failures("inventory"):
            (await self._http.post(f"/reservations/{order.id}/commit")).raise_for_status()

    async def release(self, order: Order) -> None:
        """The goods are not wanted any more."""
        with failures("inventory"):
            (await self._http.delete(f"/reservations/{order.id}")).raise_for_status()
