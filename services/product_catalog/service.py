"""Looks products up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from services.product_catalog import tables
from services.product_catalog.queries import rows_of
from services.product_catalog.ratings import Ratings
from services.product_catalog.schemas import Category, CategoryList, ListedProduct, ProductList, Rating

_product = tables.products.c
_category = tables.categories.c


@dataclass(frozen=True)
class Search:
    """A search; an empty text matches everything. Pages count from 1."""

    query: str
    category: str
    page: int
    page_size: int
    rated: bool

    def condition(self) -> ColumnElement[bool]:
        """SQL condition: the name or description contains the query, whatever the case."""
        contains = or_(*(column.icontains(self.query, autoescape=True) for column in _texts))
        matches = contains if self.query else true()
        return matches & (_product.category == self.category) if self.category else matches

    def parameters(self) -> dict[str, str | int | bool]:
        """Fields that a log line may carry; the words looked for are the customer's own."""
        return {"searched": bool(self.query), "category": self.category, "page": self.page, "size": self.page_size}


_texts = (_product.name, _product.description)


class Catalog:
    """The products of the shop."""

    def __init__(self, db: Database, ratings: Callable[[], Ratings]) -> None:
        self._db = db
        self._ratings = ratings

    async def find(self, search: Search) -> ProductList:
        """One page of what matches, by id, with its ratings: one query for the page, one for the total."""
        condition = search.condition()
        page = select(tables.products).where(condition).order_by(_product.id)
        page = page.limit(search.page_size).offset((search.page - 1) * search.page_size)
        count = select(func.count()).select_from(tables.products).where(condition)
        async with self._db.read() as connection:
            products = await rows_of(connection, "products", page, **search.parameters())
            total = (await connection.execute(count)).scalar_one()
            ratings = await self._ratings_of(connection, products) if search.rated else {}
        listed = [ListedProduct(**row._asdict(), rating=ratings.get(row.id)) for row in products]
        return ProductList(products=listed, total=total, page=search.page, page_size=search.page_size)

    async def _ratings_of(self, connection: AsyncConnection, products: Sequence[Row[Any]]) -> Mapping[int, Rating]:
        return await self._ratings().of(connection, [row.id for row in products]) if products else {}

    async def categories(self) -> CategoryList:
        """All categories with the number of their products."""
        query = (
            select(_category.slug, _category.name, func.count(_product.id).label("products"))
            .join_from(tables.categories, tables.products, isouter=True)
            .group_by(_category.slug, _category.name, _category.position)
            .order_by(_category.position)
        )
        async with self._db.read() as connection:
            rows = await connection.execute(query)
        return CategoryList(categories=[Category.model_validate(row) for row in rows])
