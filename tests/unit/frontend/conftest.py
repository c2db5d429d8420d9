"""A frontend among peers in process."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from itsdangerous import TimestampSigner

from kit.platform import Platform
from kit.variants import FixedVariants
from services.frontend.app import create_app
from services.frontend.settings import Settings
from tests.unit.frontend.peers import PASSWORD, Peers

SECRET = "a-secret-for-tests-only"


def signed(session: dict[str, Any]) -> str:
    """The cookie that holds this session."""
    return TimestampSigner(SECRET).sign(b64encode(json.dumps(session).encode())).decode()


@pytest.fixture
def peers() -> Peers:
    """In good health."""
    return Peers()


class Line(httpx.AsyncBaseTransport):
    """Leads to the peers of the present test."""

    def __init__(self) -> None:
        self.peers = Peers()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask them."""
        return await self.peers.handle_async_request(request)


@pytest.fixture(scope="session")
def line() -> Line:
    """Shared: an application is built once, which takes longer than most tests."""
    return Line()


@pytest.fixture(scope="session")
def built(line: Line) -> FastAPI:
    """The frontend, closed."""
    return create_app(Settings(session_secret=SECRET), Platform(variants=FixedVariants(), transport=line))


@pytest.fixture
async def app(built: FastAPI, line: Line, peers: Peers) -> AsyncIterator[FastAPI]:
    """The frontend, open, with sessions and keys of its own."""
    line.peers = peers
    async with built.router.lifespan_context(built):
        yield built


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Keeps cookies and follows redirects."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop", follow_redirects=True) as client:
        yield client


@pytest.fixture
async def ann(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """The browser with Ann logged in."""
    answer = await browser.post("/api/session", json={"email": "ann@example.com", "password": PASSWORD})
    answer.raise_for_status()
    return browser
