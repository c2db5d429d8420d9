import pytest

from tests.unit.telemetry.duck_store import DuckStore
from whodunit.telemetry.store.adapter import StoreTelemetry


@pytest.fixture
def store() -> DuckStore:
    return DuckStore()


@pytest.fixture
def telemetry(store: DuckStore) -> StoreTelemetry:
    return StoreTelemetry(store)
