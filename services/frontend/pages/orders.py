"""The customer's orders."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Response

from services.frontend.cart import Cart
from services.frontend.dependencies import TheRenderer, TheShop
from services.frontend.pages.forms import see
from services.frontend.visit import CurrentVisit

router = APIRouter(prefix="/orders")


@router.get("")
async def list_orders(shop: TheShop, renderer: TheRenderer, visit: CurrentVisit) -> Response:
    """My orders, newest first."""
    found = await shop.orders.of(visit.customer().user_id)
    return renderer.page(visit, "orders.html", orders=found.orders, has_history=shop.histories.at_hand)


@router.get("/{order_id}")
async def show_order(shop: TheShop, renderer: TheRenderer, visit: CurrentVisit, order_id: UUID) -> Response:
    """One order; while it is processed the page follows it."""
    order = await shop.orders.one(visit.customer().user_id, order_id)
    products = await shop.products([item.product_id for item in order.items])
    elapsed_s = max(0.0, (datetime.now(UTC) - _aware(order.created_at)).total_seconds())
    return renderer.page(visit, "order.html", order=order, products=products, elapsed_s=elapsed_s)


@router.post("/{order_id}/again")
async def order_again(shop: TheShop, visit: CurrentVisit, order_id: UUID) -> Response:
    """Put what an order held into the cart."""
    order = await shop.orders.one(visit.customer().user_id, order_id)
    visit.cart = Cart(tuple((item.product_id, item.quantity) for item in order.items))
    visit.tell(f"The items of order {order.number} are in your cart.")
    return see("/cart")


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
