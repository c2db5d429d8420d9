"""Looks products up."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true

from kit.db import Database
from kit.errors import NotFound
from services.product_catalog import tables
from services.product_catalog.schemas import Category, CategoryList, Product, ProductList

_product = tables.products.c
_category = tables.categories.c


@dataclass(frozen=True)
class Search:
    """What is looked for; an empty text matches everything. Pages count from 1."""

    query: str
    category: str
    page: int
    page_size: int

    def condition(self) -> ColumnElement[bool]:
        """Which products match: their name or description contains the query, whatever the case."""
        contains = or_(*(column.icontains(self.query, autoescape=True) for column in _texts))
        matches = contains if self.query else true()
        return matches & (_product.category == self.category) if self.category else matches


_texts = (_product.name, _product.description)


class Catalog:
    """The products of the shop."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, search: Search) -> ProductList:
        """One page of what matches, by id: one query for the page, one for the total."""
        condition = search.condition()
        page = select(tables.products).where(condition).order_by(_product.id)
        page = page.limit(search.page_size).offset((search.page - 1) * search.page_size)
        count = select(func.count()).select_from(tables.products).where(condition)
        async with self._db.read() as connection:
            products = [Product.model_validate(row) for row in await connection.execute(page)]
            total = (await connection.execute(count)).scalar_one()
        return ProductList(products=products, total=total, page=search.page, page_size=search.page_size)

    async def get(self, product_id: int) -> Product:
        """One product; raises `NotFound`."""
        async with self._db.read() as connection:
            found = await connection.execute(select(tables.products).where(_product.id == product_id))
        row = found.first()
        if row is None:
            raise NotFound(f"There is no product {product_id}.")
        return Product.model_validate(row)

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
