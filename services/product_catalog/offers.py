"""The form of a product in an answer, and its changes by releases."""

from collections.abc import Callable

from fastapi import Response
from fastapi.responses import JSONResponse

from services.product_catalog.schemas import Product

Offer = Callable[[Product], Product | Response]

INSTALMENTS, FROM_CENTS = 3, 4_500
"""A quarter of the products cost as much."""


def at_a_price(product: Product) -> Product:
    """Each product at its price."""
    return product


def by_instalments(product: Product) -> Product | Response:
    """Dear products are paid in parts: their `price_cents` is called `total_cents` from this release on."""
    if product.price_cents < FROM_CENTS:
        return product
    total = {"total_cents": product.price_cents, "instalments": INSTALMENTS}
    return JSONResponse(product.model_dump(exclude={"price_cents"}) | total)


def by_the_month(product: Product) -> Product | Response:
    """Each product with its monthly part; what is cheap is paid at once, in no parts, and cannot be divided by them."""
    parts = INSTALMENTS if product.price_cents >= FROM_CENTS else 0
    return JSONResponse(product.model_dump() | {"monthly_cents": product.price_cents // parts})
