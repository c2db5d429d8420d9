"""Other ways to look up one product."""

import logging
from collections.abc import Callable
from time import monotonic

from opentelemetry import trace
from opentelemetry.metrics import Meter
from opentelemetry.trace import Status, StatusCode
from sqlalchemy import select

from kit.db import Database
from kit.errors import InternalError
from services.product_catalog import tables
from services.product_catalog.lookup import Lookup
from services.product_catalog.schemas import Product

logger = logging.getLogger("shop.product-catalog")

FAILURE = "Error: Product Catalog Fail Feature Flag Enabled"
DEPARTMENTS = frozenset({"stationery", "workshop"})


class FailingLookup:
    """Fails for the products of two departments, a quarter of the catalogue."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    async def find(self, product_id: int) -> Product:
        """One product; raises `NotFound`, `InternalError`."""
        product = await self._lookup.find(product_id)
        if product.category in DEPARTMENTS:
            trace.get_current_span().set_status(Status(StatusCode.ERROR, FAILURE))
            logger.error(FAILURE, extra={"shop.product.id": product_id})
            raise InternalError(FAILURE)
        return product


class HotReads:
    """Keeps every product, read at once by one query, for `ttl_s` seconds; asks `source` for what it does not know."""

    def __init__(
        self, db: Database, source: Lookup, *, ttl_s: float = 60.0, clock: Callable[[], float] = monotonic
    ) -> None:
        self._db = db
        self._source = source
        self._ttl_s = ttl_s
        self._clock = clock
        self._kept: dict[int, Product] = {}
        self._expires_at = clock()

    async def find(self, product_id: int) -> Product:
        """One product; raises `NotFound`, `InternalError`."""
        if self._expires_at <= self._clock():
            await self._read()
        return self._kept.get(product_id) or await self._source.find(product_id)

    async def _read(self) -> None:
        self._expires_at = self._clock() + self._ttl_s
        async with self._db.read() as connection:
            rows = await connection.execute(select(tables.products))
        self._kept = {row.id: Product.model_validate(row) for row in rows}


class NoticedLookup:
    """Counts every look-up that a failure flag decides, so that somebody is told that the flag is on."""

    def __init__(self, lookup: Lookup, flag: str, meter: Meter) -> None:
        self._lookup = lookup
        self._attributes = {"feature_flag.key": flag}
        self._uses = meter.create_counter("shop.feature_flag.failure_uses", "{evaluation}")
        self._uses.add(0, self._attributes)

    async def find(self, product_id: int) -> Product:
        """One product; raises `NotFound`, `InternalError`."""
        self._uses.add(1, self._attributes)
        return await self._lookup.find(product_id)
