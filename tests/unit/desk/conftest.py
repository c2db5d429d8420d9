from collections.abc import AsyncIterator

import httpx
import pytest

from tests.unit.desk.shop import STUCK, busy, source
from whodunit.desk.app import create_app
from whodunit.desk.source import Source

BASE = "http://desk"


def visit(of: Source) -> httpx.AsyncClient:
    """A browser at the desk."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_app(of)), base_url=BASE)


@pytest.fixture(scope="module")
def shop() -> Source:
    """The telemetry of a busy minute, in which orders get stuck."""
    return source(busy(), STUCK)


@pytest.fixture
async def browser(shop: Source) -> AsyncIterator[httpx.AsyncClient]:
    async with visit(shop) as client:
        yield client
