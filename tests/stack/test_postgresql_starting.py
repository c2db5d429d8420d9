"""A service that starts before its server, beside another one, or with the wrong password."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.stack.postgresql import PASSWORD, Cluster, private_cluster
from tests.stack.service_process import ServiceProcess
from whodunit.launcher.ports import Reservations

pytestmark = pytest.mark.stack("postgresql")

FIRST_PORT = 21_700


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server that these tests stop and start."""
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def running(server: Cluster) -> None:
    """Whatever the test before did to it."""
    if server.process.exit_code is not None:
        server.start()


def test_a_service_waits_for_its_server_and_says_so(server: Cluster, tmp_path: Path) -> None:
    server.process.stop()
    with service(server, tmp_path) as inventory:
        assert inventory.wait_for("/readyz", 503).headers["content-type"] == "application/problem+json"
        assert inventory.wait_for("/stock/1", 503).json()["detail"] == "The service is starting."
        assert inventory.wait_for("/healthz", 200)
        server.start()
        inventory.wait_for("/readyz", 200)
        assert inventory.wait_for("/stock/1", 200).json()["available"] > 0


def test_a_service_that_waits_can_be_stopped(server: Cluster, tmp_path: Path) -> None:
    server.process.stop()
    with service(server, tmp_path) as inventory:
        inventory.wait_for("/readyz", 503)
        inventory.process.stop()
        assert inventory.ended() == 0


def test_a_wrong_password_ends_the_service_at_once_and_is_not_told(server: Cluster, tmp_path: Path) -> None:
    wrong = server.url("inventory").replace(PASSWORD, "wr0ng-pa55")
    with service(server, tmp_path, DATABASE_URL=wrong) as inventory:
        assert inventory.ended() == 3
        told = inventory.log.read_text()
    assert "password authentication failed" in told
    assert "wr0ng-pa55" not in told


def test_two_that_start_at_once_on_an_empty_database_make_one_schema(server: Cluster, tmp_path: Path) -> None:
    with ExitStack() as started:
        both = [started.enter_context(service(server, tmp_path, "database")) for _ in range(2)]
        for each in both:
            each.wait_for("/readyz", 200)
    assert server.sql("SELECT count(*), max(id) FROM users", "database") == [["500", "500"]]


@contextmanager
def service(server: Cluster, folder: Path, name: str = "inventory", **environment: str) -> Iterator[ServiceProcess]:
    """A process of this service, started and at the end stopped."""
    with Reservations() as reservations:
        settings = {"DATABASE_URL": server.url(name)} | environment
        running = ServiceProcess(name, reservations.take(FIRST_PORT), folder, **settings)
        running.process.start()
        try:
            yield running
        finally:
            running.process.stop()
