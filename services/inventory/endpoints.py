"""Inventory's routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.status import HTTP_201_CREATED

from kit.errors import Conflict, NotFound, responses
from kit.text import PRINTABLE
from services.inventory.schemas import Audit, Reservation, ReservationRequest, ReservedGoods, Stock
from services.inventory.service import Crowded, Inventory, OutOfStock, TooLate

router = APIRouter(tags=["inventory"])


async def inventory_of(request: Request) -> Inventory:
    """The collaborators that `create_app` put together."""
    inventory: Inventory = request.app.state.inventory
    return inventory


TheInventory = Annotated[Inventory, Depends(inventory_of)]
OrderId = Annotated[str, Path(min_length=1, max_length=64, pattern=PRINTABLE)]


@router.post("/reservations", status_code=HTTP_201_CREATED, responses=responses(OutOfStock, Crowded, TooLate))
async def reserve(inventory: TheInventory, body: ReservationRequest) -> Reservation:
    """Put goods aside for an order."""
    return await inventory.reserve(body)


@router.get("/reservations/{order_id}", responses=responses(NotFound))
async def goods(inventory: TheInventory, order_id: OrderId) -> ReservedGoods:
    """What was put aside for an order, and where it is now."""
    return await inventory.goods_of(order_id)


@router.post("/reservations/{order_id}/commit", responses=responses(NotFound, Conflict))
async def commit(inventory: TheInventory, order_id: OrderId) -> Reservation:
    """Sell what was put aside."""
    return await inventory.commit(order_id)


@router.delete("/reservations/{order_id}", responses=responses(Conflict))
async def release(inventory: TheInventory, order_id: OrderId) -> Reservation:
    """Put back what was put aside."""
    return await inventory.release(order_id)


@router.get("/stock/{product_id}", responses=responses(NotFound))
async def stock(inventory: TheInventory, product_id: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Stock:
    """Quantity of a product that can still be ordered."""
    return await inventory.stock_of(product_id)


@router.get("/audit")
async def audit(inventory: TheInventory) -> Audit:
    """The books of every product."""
    return await inventory.audit()
