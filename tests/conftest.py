"""Fixtures that every test may use."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """The shop and the lab run on asyncio alone."""
    return "asyncio"
