"""The checkout's page."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from pydantic import Field

from kit.errors import Conflict, GatewayTimeout, Unavailable
from services.frontend.dependencies import TheRenderer, TheShop
from services.frontend.pages.forms import check, fields, see
from services.frontend.schemas import Checkout
from services.frontend.visit import CurrentVisit

router = APIRouter(prefix="/checkout")

UNSURE = (
    "We could not confirm your order just now. You can press “Pay” again: the order is placed once, and charged once."
)


class CheckoutForm(Checkout):
    """The page's form; `key` was made with the page, so that pressing twice orders once."""

    key: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{8,64}$")]


@router.get("")
async def show_checkout(shop: TheShop, renderer: TheRenderer, visit: CurrentVisit) -> Response:
    """The page that shows the order to come and asks for the card."""
    visit.customer()
    if not visit.cart.count:
        return see("/cart")
    return await _page(shop, renderer, visit, key=str(uuid4()))


@router.post("")
async def place_order(request: Request, shop: TheShop, renderer: TheRenderer, visit: CurrentVisit) -> Response:
    """Order and go on to the order's page."""
    visit.customer()
    values = await fields(request)
    form, wrong = check(CheckoutForm, values)
    if form is None:
        key = str(uuid4()) if "key" in wrong else values["key"]
        return await _page(shop, renderer, visit, status=422, key=key, wrong=wrong)
    try:
        order = await shop.check_out(visit, form.card_number, form.key)
    except Conflict as error:
        visit.tell(error.detail)
        return see("/cart")
    except (GatewayTimeout, Unavailable) as error:
        return await _page(shop, renderer, visit, status=error.status, key=form.key, notice=UNSURE)
    return see(f"/orders/{order.id}")


async def _page(
    shop: TheShop, renderer: TheRenderer, visit: CurrentVisit, *, status: int = 200, **context: Any
) -> Response:
    defaults: dict[str, Any] = {"wrong": {}, "notice": ""}
    priced = await shop.priced(visit.cart)
    return renderer.page(visit, "checkout.html", status=status, cart=priced, **defaults | context)
