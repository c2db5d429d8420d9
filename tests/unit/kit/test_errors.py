"""Every failure is a problem document."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Body, FastAPI

from kit.db import PoolTimeout
from kit.errors import MEDIA_TYPE, Conflict, NotFound, responses
from kit.platform import Platform
from kit.service import build
from kit.variants import FixedVariants

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def nothing(_: FastAPI) -> AsyncIterator[None]:
    yield


def make_app() -> FastAPI:
    router = APIRouter()

    @router.get("/missing", responses=responses(NotFound, Conflict))
    async def missing() -> None:
        raise NotFound("There is no such thing.", thing_id=3)

    @router.post("/secret")
    async def secret(password: Annotated[int, Body()]) -> int:
        return password

    @router.get("/broken")
    async def broken() -> None:
        raise RuntimeError("internal detail")

    @router.get("/dry")
    async def dry() -> None:
        raise PoolTimeout

    return build("test", Platform(FixedVariants()), router, lifespan=nothing)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_an_expected_failure_tells_its_kind_and_extensions(client: httpx.AsyncClient) -> None:
    answer = await client.get("/missing")
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": "There is no such thing.",
        "thing_id": 3,
    }


async def test_a_wrong_request_never_returns_its_input(client: httpx.AsyncClient) -> None:
    answer = await client.post("/secret", json="hunter2")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert "hunter2" not in answer.text


async def test_an_unexpected_failure_says_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert "internal detail" not in answer.text


async def test_a_dry_pool_asks_to_come_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/dry")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == MEDIA_TYPE


async def test_unknown_paths_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nowhere")).headers["content-type"] == MEDIA_TYPE
    assert (await client.delete("/missing")).json()["status"] == 405


def test_openapi_declares_what_a_route_says_it_answers() -> None:
    declared = make_app().openapi()["paths"]["/missing"]["get"]["responses"]
    assert {"404", "409"} <= set(declared)
    assert list(declared["404"]["content"]) == [MEDIA_TYPE]
    assert list(declared["422"]["content"]) == [MEDIA_TYPE]
