"""Takes orders. What can wait is handed over: the stock to a thread, the parcel to a queue."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import telemetry
from parcels import Depot, Parcels
from stock import Stock


def create_app() -> FastAPI:
    """The application with its thread and its queue, which end when it does."""
    stock, parcels, numbers = Stock(), Parcels(), itertools.count(1)
    depot = Depot(parcels)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        depot.open()
        yield
        stock.close()
        depot.close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/orders", status_code=202)
    def take_order() -> dict[str, int]:
        order = next(numbers)
        stock.reserve(order)
        parcels.send(order)
        return {"order": order}

    telemetry.instrument(app)
    return app
