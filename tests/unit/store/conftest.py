"""A store in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from whodunit.store.settings import StoreSettings
from whodunit.store.store import Store


@pytest.fixture
def settings(tmp_path: Path) -> StoreSettings:
    return StoreSettings(store_file=tmp_path / "telemetry.duckdb")


@pytest.fixture
def store(settings: StoreSettings) -> Iterator[Store]:
    store = Store(settings)
    store.start()
    yield store
    store.stop()
