"""Looking around: the list, a product, pictures."""

import asyncio
from math import ceil

from fastapi import APIRouter, Response

from services.frontend.dependencies import CategoryQuery, PageQuery, ProductPath, SearchQuery, TheRenderer, TheShop
from services.frontend.visit import CurrentVisit

router = APIRouter()

PAGE_SIZE = 24

PICTURE_HEADERS = {
    "Cache-Control": "public, max-age=86400",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/")
async def list_products(
    shop: TheShop,
    renderer: TheRenderer,
    visit: CurrentVisit,
    query: SearchQuery = "",
    category: CategoryQuery = "",
    page: PageQuery = 1,
) -> Response:
    """Products, with search, departments and paging."""
    found, departments = await asyncio.gather(
        shop.catalog.products(query=query, category=category, page=page, page_size=PAGE_SIZE),
        shop.catalog.categories(),
    )
    return renderer.page(
        visit,
        "list.html",
        found=found,
        departments=departments.categories,
        query=query,
        category=category,
        last_page=max(1, ceil(found.total / PAGE_SIZE)),
    )


@router.get("/products/{product_id}")
async def show_product(shop: TheShop, renderer: TheRenderer, visit: CurrentVisit, product_id: ProductPath) -> Response:
    """A product and what goes with it."""
    product, related = await shop.product_with_related(product_id)
    return renderer.page(visit, "product.html", product=product, related=related.products)


@router.get("/pictures/{product_id}.svg")
async def show_picture(shop: TheShop, product_id: ProductPath) -> Response:
    """A product's picture."""
    return Response(await shop.catalog.picture(product_id), media_type="image/svg+xml", headers=PICTURE_HEADERS)
