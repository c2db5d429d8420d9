"""The frame of a service: its routes, and how often a request looks through them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from kit import errors
from kit.platform import Platform
from kit.service import build
from kit.variants import FixedVariants

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def nothing(_: FastAPI) -> AsyncIterator[None]:
    yield


class Counted:
    """A pattern that counts how often it is asked."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.asked = 0

    def match(self, path: str) -> re.Match[str] | None:
        self.asked += 1
        return self._pattern.match(path)


async def test_a_request_is_matched_once_for_its_span_and_once_for_its_handler() -> None:
    router = APIRouter()

    @router.get("/things/{number}")
    async def thing(number: int) -> int:
        return number

    (route,) = router.routes
    assert isinstance(route, APIRoute)
    route.path_regex = counted = Counted(route.path_regex)  # type: ignore[assignment]
    app = build("test", Platform(FixedVariants()), router, lifespan=nothing)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        assert (await client.get("/things/3")).json() == 3
    assert counted.asked == 2


def test_what_an_application_answers_everywhere_is_declared_for_its_routes_and_no_others() -> None:
    router = APIRouter()

    @router.get("/thing", responses={418: {"description": "a teapot"}})
    async def thing() -> None: ...

    build("test", Platform(FixedVariants()), router, lifespan=nothing)
    app = build("test", Platform(FixedVariants()), router, lifespan=nothing)
    declared = app.openapi()["paths"]["/thing"]["get"]["responses"]
    assert {"200", "400", "418", "500", "503"} <= set(declared)
    (route,) = router.routes
    assert isinstance(route, APIRoute)
    assert list(route.responses) == [418]


def test_its_description_is_that_of_routers_that_are_included() -> None:
    router = APIRouter(tags=["things"])

    class Thing(BaseModel):
        name: str

    @router.post("/things/{number}", status_code=201, responses=errors.responses(errors.Conflict))
    async def make(number: int, thing: Thing) -> Thing:
        return thing

    app = build("test", Platform(FixedVariants()), router, lifespan=nothing)
    included = FastAPI(responses=app.router.responses)
    included.include_router(router)
    assert {key: app.openapi()[key] for key in ("paths", "components")} == {
        key: included.openapi()[key] for key in ("paths", "components")
    }
