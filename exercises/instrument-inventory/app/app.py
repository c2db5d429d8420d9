"""Inventory's HTTP interface, as the order service calls it. Every failure is a problem document (RFC 9457)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

import database
from stock import Item, Refusal, Stock


class Reservation(BaseModel):
    """The goods of an order, to be put aside."""

    order_id: str = Field(min_length=1, max_length=64)
    user_id: int = 0
    items: list[Item] = Field(min_length=1, max_length=100)


def create_app(engine: AsyncEngine) -> FastAPI:
    """The service on this database, whose tables are made when there are none."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await database.prepare(engine)
        yield
        await engine.dispose()

    app = FastAPI(title="inventory", lifespan=lifespan)
    _add_failures(app)
    _add_routes(app, Stock(engine))
    return app


def _add_routes(app: FastAPI, stock: Stock) -> None:
    @app.post("/reservations", status_code=HTTPStatus.CREATED)
    async def reserve(body: Reservation, x_deadline_ms: Annotated[int | None, Header()] = None) -> dict[str, str]:
        """Put goods aside for an order, unless the caller has stopped waiting: the header tells what is left."""
        if x_deadline_ms is not None and x_deadline_ms <= 0:
            raise Refusal(HTTPStatus.GATEWAY_TIMEOUT, "The order's deadline had passed when the call came.")
        state = await stock.reserve(body.order_id, body.items)
        return {"order_id": body.order_id, "state": state}

    @app.get("/reservations/{order_id}")
    async def goods(order_id: str) -> dict[str, Any]:
        state, items = await stock.goods_of(order_id)
        return {"order_id": order_id, "state": state, "items": items}

    @app.post("/reservations/{order_id}/commit")
    async def commit(order_id: str) -> dict[str, str]:
        return {"order_id": order_id, "state": await stock.commit(order_id)}

    @app.delete("/reservations/{order_id}")
    async def release(order_id: str) -> dict[str, str]:
        return {"order_id": order_id, "state": await stock.release(order_id)}

    @app.get("/stock/{product_id}")
    async def available(product_id: int) -> dict[str, int]:
        return {"product_id": product_id, "available": await stock.available(product_id)}

    @app.get("/audit")
    async def audit() -> dict[str, Any]:
        return {"products": await stock.books()}

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}


def _add_failures(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    async def refused(_: Request, refusal: Refusal) -> JSONResponse:
        return _problem(refusal.status, str(refusal), **refusal.members)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, __: RequestValidationError) -> JSONResponse:
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not match the documented form.")

    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    @app.exception_handler(OSError)
    async def database_away(_: Request, __: Exception) -> JSONResponse:
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "The database cannot be used now.")


def _problem(status: HTTPStatus, detail: str, **members: Any) -> JSONResponse:
    document = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **members}
    return JSONResponse(document, status, media_type="application/problem+json")
