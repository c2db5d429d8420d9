"""Looks one product up."""

import logging
from collections.abc import Callable
from typing import Any, Protocol

from opentelemetry import trace
from opentelemetry.metrics import Meter
from opentelemetry.trace import Status, StatusCode
from pydantic import ValidationError
from sqlalchemy import Row, bindparam, select

from kit.db import Database
from kit.errors import InternalError, NotFound
from services.product_catalog import tables
from services.product_catalog.schemas import Product

logger = logging.getLogger("shop.product-catalog")

_product = select(tables.products).where(tables.products.c.id == bindparam("wanted"))


class Lookup(Protocol):
    """Knows single products."""

    async def find(self, product_id: int) -> Product:
        """One product; raises `NotFound`, `InternalError`."""
        ...


class DatabaseLookup:
    """Asks the database, each time. A row that makes no sense is refused, and counted for each field at fault."""

    def __init__(self, db: Database, meter: Meter) -> None:
        self._db = db
        self._refused = meter.create_counter("shop.product.refused", "{product}")
        for field in Product.model_fields:
            self._refused.add(0, {"shop.product.field": field})

    async def find(self, product_id: int) -> Product:
        """One product; raises `NotFound`, `InternalError`."""
        async with self._db.read() as connection:
            found = await connection.execute(_product, {"wanted": product_id})
        row = found.first()
        if row is None:
            raise NotFound(f"There is no product {product_id}.")
        return self._for_sale(row)

    def _for_sale(self, row: Row[Any]) -> Product:
        try:
            return Product.model_validate(row)
        except ValidationError as error:
            faults = {str(each["loc"][0]): each["msg"] for each in error.errors()}
            for field in faults:
                self._refused.add(1, {"shop.product.field": field})
            fault = "; ".join(f"{field}: {message}" for field, message in faults.items())
            trace.get_current_span().set_status(Status(StatusCode.ERROR, f"Product cannot be shown: {fault}"))
            logger.error("Product cannot be shown.", extra={"shop.product.id": row.id, "shop.product.problem": fault})  # noqa: TRY400
            raise InternalError("The product cannot be shown.") from error


class ChosenLookup:
    """Whichever look-up the features of the shop ask for at this moment."""

    def __init__(self, choose: Callable[[], Lookup]) -> None:
        self._choose = choose

    async def find(self, product_id: int) -> Product:
        """One product; raises `NotFound`, `InternalError`."""
        return await self._choose().find(product_id)


class Products:
    """Single products, each looked up within a span named `GetProduct`.

    The span is an internal one, since the instrumentation takes the description of a server span's status away.
    That a product does not exist is no error.
    """

    def __init__(self, lookup: Callable[[], Lookup]) -> None:
        self._lookup = lookup
        self._tracer = trace.get_tracer("shop.product-catalog")

    async def get(self, product_id: int) -> Product:
        """One product; raises `NotFound`, `InternalError`."""
        with self._tracer.start_as_current_span(
            "GetProduct",
            attributes={"shop.product.id": product_id},
            record_exception=False,
            set_status_on_exception=False,
        ):
            return await self._lookup().find(product_id)
