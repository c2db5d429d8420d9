"""Fixtures that every test may use."""

import gc
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from kit import telemetry, telemetry_settings
from tests.databases import DatabaseUrl, prepared
from tests.guard import pytest_runtest_call, pytest_runtest_setup
from tests.picks import pytest_report_collectionfinish
from tests.spent import pytest_runtest_makereport, pytest_terminal_summary
from tests.stack.postgresql import Cluster, private_cluster
from tests.telemetry.recorder import Recorder

__all__ = [
    "pytest_report_collectionfinish",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_terminal_summary",
]

# The same examples on every machine, however slow it is.
hypothesis.settings.register_profile("whodunit", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("whodunit")


def pytest_collection_finish() -> None:
    """What was imported stays for the whole run: looking through it for garbage took a twentieth of the time.

    The rest is looked through as often as in a service.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 20)


@pytest.fixture(scope="session", autouse=True)
def telemetry_defaults() -> None:
    """As in a service: the instrumentations read some of these once, with the first application of the process."""
    telemetry_settings.apply_defaults()


@pytest.fixture(scope="session", autouse=True)
def leave_the_collector_as_it_was() -> Iterator[None]:
    """The zygote's freeze and hypothesis' callback keep modules alive to the very end: DuckDB calls that leaks."""
    yield
    gc.unfreeze()
    gc.callbacks.clear()


@pytest.fixture(scope="session")
def session_recorder() -> Recorder:
    """The process has one tracer provider; it is set once."""
    recorder = Recorder()
    provider = TracerProvider(shutdown_on_exit=False)
    for processor in recorder.processors:
        provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    telemetry.instrument_libraries()
    return recorder


@pytest.fixture
def recorder(session_recorder: Recorder) -> Iterator[Recorder]:
    """Records from here on."""
    session_recorder.clear()
    yield session_recorder
    session_recorder.clear()


@pytest.fixture
def anyio_backend() -> str:
    """The shop and the lab run on asyncio alone."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A server for all tests that leave it running."""
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.stack("postgresql"))])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseUrl]:
    """Empty databases; the test runs once on each engine."""
    if request.param == "sqlite":
        yield lambda name: f"sqlite+aiosqlite:///{tmp_path}/{name}.db"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    with cluster.databases() as create:
        yield create


@pytest.fixture
def database_url(empty_database_url: DatabaseUrl, tmp_path: Path) -> DatabaseUrl:
    """Databases for services to start on: a file is there as after their first start, on a server they make it."""

    def prepare(name: str) -> str:
        url, file = empty_database_url(name), tmp_path / f"{name}.db"
        if url.endswith(str(file)) and not file.exists():
            file.write_bytes(prepared(name))
        return url

    return prepare
