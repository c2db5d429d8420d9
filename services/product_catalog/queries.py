"""Queries of a list, told in the log: what was asked for, how many rows came, how long it took."""

import logging
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection

logger = logging.getLogger("shop.product_catalog")


async def rows_of(
    connection: AsyncConnection, subject: str, query: Select[Any], **parameters: object
) -> Sequence[Row[Any]]:
    """The rows of a query for `subject`; `parameters` are told in the log and must not be a customer's secret."""
    told = ", ".join(f"{name}={value!r}" for name, value in parameters.items())
    asked: dict[str, object] = {"shop.query.parameters": told}
    logger.info("Query of %s started.", subject, extra=asked)
    began = perf_counter()
    rows = (await connection.execute(query)).all()
    found = {"db.response.returned_rows": len(rows), "shop.query.duration": round(perf_counter() - began, 4)}
    logger.info("Query of %s ended.", subject, extra=asked | found)
    return rows
