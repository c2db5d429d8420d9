"""Product-catalog's routes."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from kit.errors import Invalid, NotFound, responses
from services.product_catalog.lookup import Products
from services.product_catalog.offers import Offer
from services.product_catalog.pictures import draw
from services.product_catalog.schemas import (
    MAX_PAGE,
    MAX_PAGE_SIZE,
    CategoryList,
    Product,
    ProductId,
    ProductList,
    SearchText,
    Slug,
)
from services.product_catalog.service import Catalog, Search

router = APIRouter(tags=["product-catalog"])

SVG = "image/svg+xml"
PICTURE_HEADERS = {"Cache-Control": "public, max-age=86400"}


async def catalog_of(request: Request) -> Catalog:
    """The collaborators that `create_app` put together."""
    catalog: Catalog = request.app.state.catalog
    return catalog


async def products_of(request: Request) -> Products:
    """The collaborators that `create_app` put together."""
    products: Products = request.app.state.products
    return products


async def offer_of(request: Request) -> Offer:
    """The collaborators that `create_app` put together."""
    choose: Callable[[], Offer] = request.app.state.offer
    return choose()


TheCatalog = Annotated[Catalog, Depends(catalog_of)]
TheProducts = Annotated[Products, Depends(products_of)]
TheOffer = Annotated[Offer, Depends(offer_of)]


class SvgResponse(Response):
    """A picture."""

    media_type = SVG


@router.get("/products", responses=responses(Invalid))
async def list_products(
    catalog: TheCatalog,
    query: SearchText = "",
    category: Slug = "",
    page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1,
    page_size: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = 24,
    ratings: Annotated[bool, Query(description="Whether each product comes with its rating")] = True,
) -> ProductList:
    """The products whose name or description contains `query`, page by page."""
    return await catalog.find(Search(query.strip(), category, page, page_size, ratings))


@router.get("/products/{product_id}", response_model=Product, responses=responses(NotFound, Invalid))
async def get_product(products: TheProducts, offer: TheOffer, product_id: ProductId) -> Product | Response:
    """One product."""
    return offer(await products.get(product_id))


@router.get("/products/{product_id}/picture", response_class=SvgResponse, responses=responses(NotFound, Invalid))
async def get_picture(products: TheProducts, product_id: ProductId) -> SvgResponse:
    """A product's picture."""
    return SvgResponse(draw(await products.get(product_id)), headers=PICTURE_HEADERS)


@router.get("/categories")
async def list_categories(catalog: TheCatalog) -> CategoryList:
    """The shop's categories."""
    return await catalog.categories()
