"""The containers, started once for all tests here."""

from collections.abc import Iterator

import pytest

from tests.compose.project import Project, missing
from whodunit.launcher.ports import Reservations

NAME = "whodunit-test"
FIRST_PORT = 18_080


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip where there is no Docker engine."""
    if item.get_closest_marker("compose") and (why := missing()):
        pytest.skip(f"needs a Docker engine with Compose: {why}")


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    """Everything, ready, under a name of its own; gone afterwards with all volumes."""
    with Reservations() as reservations:
        port = reservations.take(FIRST_PORT)
    project = Project(NAME, port)
    project.prepare()
    try:
        project.up()
        yield project
    finally:
        project.down("--volumes")
