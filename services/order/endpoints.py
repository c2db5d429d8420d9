"""Order's routes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from starlette.status import HTTP_201_CREATED, HTTP_202_ACCEPTED

from kit.errors import Conflict, NotFound, responses
from kit.text import PRINTABLE
from services.order.schemas import Audit, Order, OrderList, OrderRequest, UserId
from services.order.service import Orders

router = APIRouter(tags=["order"])


async def orders_of(request: Request) -> Orders:
    """The collaborators that `create_app` put together."""
    orders: Orders = request.app.state.orders
    return orders


TheOrders = Annotated[Orders, Depends(orders_of)]
IdempotencyKey = Annotated[str, Header(min_length=1, max_length=128, pattern=PRINTABLE)]

_still_processing: dict[int | str, dict[str, Any]] = {
    HTTP_202_ACCEPTED: {"model": Order, "description": "Taken, and still in processing"}
}


@router.post("/orders", status_code=HTTP_201_CREATED, responses=_still_processing | responses(Conflict))
async def place(orders: TheOrders, body: OrderRequest, idempotency_key: IdempotencyKey, response: Response) -> Order:
    """Take an order, once for a user and key."""
    order = await orders.place(idempotency_key, body)
    if order.status == "processing":
        response.status_code = HTTP_202_ACCEPTED
    return order


@router.get("/orders/{order_id}", responses=responses(NotFound))
async def get(orders: TheOrders, order_id: Annotated[str, Path(max_length=64, pattern=PRINTABLE)]) -> Order:
    """One order and where it stands."""
    return await orders.get(order_id)


@router.get("/orders")
async def of_user(
    orders: TheOrders,
    user_id: Annotated[UserId, Query()],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> OrderList:
    """A user's orders, newest first."""
    return await orders.of_user(user_id, limit)


@router.get("/audit")
async def audit(
    orders: TheOrders,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Audit:
    """All orders, page by page."""
    return await orders.audit(after, limit)
