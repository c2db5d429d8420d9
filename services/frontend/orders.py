"""Client of the order service."""

from uuid import UUID

import httpx

from kit.errors import Conflict, NotFound
from kit.http import PeerClient
from services.frontend.peer import Peer
from services.frontend.schemas import Order, OrderItem, OrderList

TIMEOUT = httpx.Timeout(5.0, connect=1.0)
"""The order service answers within 2 s, whatever becomes of the payment."""


class Orders:
    """One customer's orders at a time: nobody sees another's."""

    def __init__(self, client: PeerClient) -> None:
        self._peer = Peer("order", client)
        self.close = self._peer.close

    async def place(self, user_id: int, items: list[OrderItem], card_number: str, key: str) -> Order:
        """A new order, or the one that was placed before with the same idempotency key."""
        body = {
            "user_id": user_id,
            "items": [item.model_dump() for item in items],
            "card_number": card_number,
        }
        headers = {"Idempotency-Key": key}
        order = await self._peer.read(Order, "POST", "/orders", json=body, headers=headers)
        if order.user_id != user_id:
            raise Conflict("This idempotency key belongs to another checkout.")
        return order

    async def one(self, user_id: int, order_id: UUID) -> Order:
        """An order of this customer; raises `NotFound`."""
        order = await self._peer.read(Order, "GET", f"/orders/{order_id}")
        if order.user_id != user_id:
            raise NotFound("There is no such order.")
        return order

    async def of(self, user_id: int, limit: int = 20) -> OrderList:
        """This customer's orders, newest first."""
        return await self._peer.read(OrderList, "GET", "/orders", params={"user_id": user_id, "limit": limit})
