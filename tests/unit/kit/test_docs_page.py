"""The page that describes a service's API, on a machine without the internet."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from kit.platform import Platform
from kit.service import build
from kit.variants import FixedVariants


@asynccontextmanager
async def nothing(_: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize("root", ["", "/behind/a/proxy"])
@pytest.mark.anyio
async def test_docs_load_nothing_from_outside(root: str) -> None:
    app = build("order", Platform(FixedVariants()), lifespan=nothing)
    transport = httpx.ASGITransport(app, root_path=root)
    async with httpx.AsyncClient(transport=transport, base_url="http://order") as client:
        page = (await client.get(f"{root}/docs")).text
        loaded = re.findall(r"""(?:src=|href=|url: )["']([^"']+)""", page)
        assert len(loaded) == 4
        assert [(await client.get(each)).status_code for each in loaded if each.startswith(f"{root}/")] == [200] * 4
