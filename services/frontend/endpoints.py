"""The JSON API, all of it under /api."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response, status
from fastapi.security import APIKeyCookie

from kit.errors import (
    BadGateway,
    Conflict,
    Forbidden,
    GatewayTimeout,
    InternalError,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    responses,
)
from services.frontend.dependencies import CategoryQuery, PageQuery, ProductPath, SearchQuery, TheShop
from services.frontend.history.visitors import TheVisitor
from services.frontend.origin import refuse_other_sites
from services.frontend.schemas import (
    Account,
    CartContents,
    CartItem,
    CategoryList,
    Checkout,
    Credentials,
    History,
    NewAccount,
    Order,
    OrderList,
    PricedCart,
    Product,
    ProductList,
    Recommendations,
)
from services.frontend.visit import CurrentVisit

AWAY = (Invalid, TooManyRequests, InternalError, BadGateway, Unavailable, GatewayTimeout)
"""Failures of any route when a peer is in trouble, or the request is malformed."""

session_cookie = APIKeyCookie(name="session", auto_error=False, description="The signed session cookie")

router = APIRouter(prefix="/api", tags=["shop"], responses=responses(*AWAY), dependencies=[Depends(refuse_other_sites)])
NeedsLogin = [Depends(session_cookie)]

IdempotencyKey = Annotated[
    str, Header(pattern="^[A-Za-z0-9_-]{8,64}$", description="Names this checkout: sent again, it orders nothing new")
]


@router.get("/products")
async def list_products(
    shop: TheShop,
    query: SearchQuery = "",
    category: CategoryQuery = "",
    page: PageQuery = 1,
    page_size: Annotated[int, Query(ge=1, le=60)] = 24,
) -> ProductList:
    """One page of the products that match."""
    return await shop.catalog.products(query=query, category=category, page=page, page_size=page_size)


@router.get("/products/{product_id}", responses=responses(NotFound))
async def show_product(shop: TheShop, product_id: ProductPath) -> Product:
    """One product."""
    return await shop.catalog.product(product_id)


@router.get("/products/{product_id}/recommendations")
async def recommend(shop: TheShop, product_id: ProductPath) -> Recommendations:
    """Products that go with one; empty when nothing can be recommended now."""
    return await shop.recommender.related(product_id)


@router.get("/categories")
async def list_categories(shop: TheShop) -> CategoryList:
    """All departments."""
    return await shop.catalog.categories()


@router.post("/users", status_code=status.HTTP_201_CREATED, responses=responses(Forbidden, Conflict))
async def sign_up(shop: TheShop, account: NewAccount) -> Account:
    """Register somebody, without logging them in."""
    return await shop.accounts.sign_up(account)


@router.post("/session", responses=responses(Forbidden, Unauthorized))
async def log_in(shop: TheShop, visit: CurrentVisit, credentials: Credentials) -> Account:
    """Start a session: the answer sets the signed cookie."""
    identity = await shop.log_in(visit, credentials)
    return Account(user_id=identity.user_id, name=identity.name)


@router.delete("/session", status_code=status.HTTP_204_NO_CONTENT, responses=responses(Forbidden))
async def log_out(visit: CurrentVisit) -> None:
    """End the session and forget the cart."""
    visit.log_out()


@router.get("/cart")
async def show_cart(shop: TheShop, visit: CurrentVisit) -> PricedCart:
    """The cart at today's prices."""
    return await shop.priced(visit.cart)


@router.post("/cart/items", responses=responses(Forbidden, NotFound, Conflict))
async def add_to_cart(shop: TheShop, visit: CurrentVisit, item: CartItem) -> CartContents:
    """Put something into the cart."""
    await shop.put_in_cart(visit, item.product_id, item.quantity)
    return visit.cart.contents()


@router.delete("/cart/items/{product_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(Forbidden))
async def remove_from_cart(visit: CurrentVisit, product_id: ProductPath) -> None:
    """Take a product out of the cart; fine when it is not in there."""
    visit.cart = visit.cart.having(product_id, 0)


@router.post(
    "/checkout",
    status_code=status.HTTP_201_CREATED,
    responses=responses(Unauthorized, Forbidden, Conflict)
    | {202: {"model": Order, "description": "The order is still being processed: ask for it again"}},
    dependencies=NeedsLogin,
)
async def check_out(
    shop: TheShop, visit: CurrentVisit, response: Response, checkout: Checkout, idempotency_key: IdempotencyKey
) -> Order:
    """Order what is in the cart."""
    order = await shop.check_out(visit, checkout.card_number, idempotency_key)
    if order.status == "processing":
        response.status_code = status.HTTP_202_ACCEPTED
    response.headers["Location"] = f"/api/orders/{order.id}"
    return order


@router.get("/orders", responses=responses(Unauthorized), dependencies=NeedsLogin)
async def list_orders(shop: TheShop, visit: CurrentVisit) -> OrderList:
    """My latest orders, newest first."""
    return await shop.orders.of(visit.customer().user_id)


@router.get("/orders/{order_id}", responses=responses(Unauthorized, NotFound), dependencies=NeedsLogin)
async def show_order(shop: TheShop, visit: CurrentVisit, order_id: UUID) -> Order:
    """One of my orders and where it stands."""
    return await shop.orders.one(visit.customer().user_id, order_id)


@router.get("/history", responses=responses(Unauthorized), dependencies=NeedsLogin)
async def show_history(shop: TheShop, visit: CurrentVisit, visitor: TheVisitor) -> History:
    """Everything that I have bought, added up; companies see it by several figures."""
    return await shop.histories.of(visitor, visit.customer().user_id)
