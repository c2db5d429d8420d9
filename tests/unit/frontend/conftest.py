"""A frontend among neighbours in process."""

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
from tests.unit.frontend.neighbours import PASSWORD, Neighbours

SECRET = "a-secret-for-tests-only"


def signed(session: dict[str, Any]) -> str:
    """The cookie that holds this session."""
    return TimestampSigner(SECRET).sign(b64encode(json.dumps(session).encode())).decode()


@pytest.fixture
def neighbours() -> Neighbours:
    """In good health."""
    return Neighbours()


@pytest.fixture
async def app(neighbours: Neighbours) -> AsyncIterator[FastAPI]:
    """The frontend, open."""
    settings = Settings(session_secret=SECRET)
    app = create_app(settings, Platform(variants=FixedVariants(), transport=neighbours))
    async with app.router.lifespan_context(app):
        yield app


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
