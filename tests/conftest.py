"""Fixtures that every test may use."""

import pytest

from kit import telemetry_settings


@pytest.fixture(scope="session", autouse=True)
def telemetry_defaults() -> None:
    """As in a service: the instrumentations read some of these once, with the first application of the process."""
    telemetry_settings.apply_defaults()


@pytest.fixture
def anyio_backend() -> str:
    """The shop and the lab run on asyncio alone."""
    return "asyncio"
