"""The service whose throughput is measured with and without telemetry: one handler, one query, one log line."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from kit.db import Database
from kit.platform import Platform
from kit.server import serve
from kit.service import build
from kit.settings import ServiceSettings

logger = logging.getLogger("shop.one_query")

things = Table("things", MetaData(), Column("id", Integer, primary_key=True), Column("name", String))


class Settings(ServiceSettings):
    """Address of the one table."""

    database_url: str


class Thing(BaseModel):
    """The handler's answer."""

    id: int
    name: str


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """A service like the shop's, as small as it can be."""
    db = Database("one-query", settings.database_url)
    router = APIRouter()

    @router.get("/things/{thing_id}")
    async def get_thing(thing_id: int) -> Thing:
        async with db.read() as connection:
            row = (await connection.execute(select(things).where(things.c.id == thing_id))).one()
        logger.info("Thing read.", extra={"shop.thing.id": thing_id})
        return Thing(id=row.id, name=row.name)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with db.transaction() as connection:
            await connection.run_sync(things.metadata.create_all)
            await connection.execute(insert(things).prefix_with("OR IGNORE"), [{"id": 1, "name": "lamp"}])
        yield
        await db.close()

    return build("one-query", platform, router, lifespan=lifespan)


if __name__ == "__main__":
    serve("one-query", create_app, Settings)
