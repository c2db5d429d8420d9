"""The cart's page and its forms."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import Field

from kit.errors import Conflict
from services.frontend.dependencies import ProductPath, TheRenderer, TheShop
from services.frontend.pages.forms import see
from services.frontend.schemas import MAX_QUANTITY, ProductId, Quantity
from services.frontend.visit import CurrentVisit

router = APIRouter(prefix="/cart")


@router.get("")
async def show_cart(shop: TheShop, renderer: TheRenderer, visit: CurrentVisit) -> Response:
    """The cart's page."""
    return renderer.page(visit, "cart.html", cart=await shop.priced(visit.cart), max_quantity=MAX_QUANTITY)


@router.post("/items")
async def add_to_cart(
    shop: TheShop,
    visit: CurrentVisit,
    product_id: Annotated[ProductId, Form()],
    quantity: Annotated[Quantity, Form()] = 1,
) -> Response:
    """Put something into the cart."""
    try:
        product = await shop.put_in_cart(visit, product_id, quantity)
        visit.tell(f"{product.name} is in your cart.")
    except Conflict as error:
        visit.tell(error.detail)
    return see("/cart")


@router.post("/items/{product_id}")
async def change_quantity(
    visit: CurrentVisit, product_id: ProductPath, quantity: Annotated[int, Form(), Field(ge=0, le=MAX_QUANTITY)]
) -> Response:
    """So many from now on; 0 takes the line out."""
    visit.cart = visit.cart.having(product_id, quantity)
    visit.tell("Your cart is updated.")
    return see("/cart")
