"""The nodes of histories where they are a container of their own."""

from pathlib import Path

import httpx
import pytest

from tests.unit.launcher.fakes import FakeFactory, FakeProbe
from whodunit.errors import WrongUseError
from whodunit.launcher.nodes import Lodging, NodesDoor, NodesSettings
from whodunit.topology import NODES

pytestmark = pytest.mark.anyio

COMPOSED = {
    "HISTORY_US_URL": "http://history:8090",
    "HISTORY_EU_URL": "http://127.0.0.1:21055",
    "HISTORY_US_DATABASE_URL": "postgresql+asyncpg://history_us:p@postgres:5432/history_us",
}


def test_a_node_listens_where_others_look_for_it_and_has_a_file_where_it_has_no_database() -> None:
    programs = NodesSettings().programs(Path(), COMPOSED)
    assert [each.name for each in programs] == [node.name for node in NODES]
    us, eu, *_, last = programs
    assert (us.port, eu.port, last.port) == (8090, 21055, 8094)
    assert us.env == {
        "NODE": "us",
        "PORT": "8090",
        "OTEL_SERVICE_NAME": "history-us",
        "DATABASE_URL": COMPOSED["HISTORY_US_DATABASE_URL"],
    }
    assert (last.env["NODE"], last.env["DATABASE_URL"]) == ("eu-2", "sqlite+aiosqlite:///history-eu-2.db")


def test_a_wrong_address_is_refused() -> None:
    with pytest.raises(WrongUseError, match="HISTORY_US_URL"):
        NodesSettings().programs(Path(), {"HISTORY_US_URL": "history"})


async def test_they_run_from_the_first_request_on_and_nothing_runs_before_it_or_after_the_end() -> None:
    programs = NodesSettings().programs(Path(), {})
    made: list[FakeFactory] = []

    def factory() -> FakeFactory:
        made.append(FakeFactory())
        return made[-1]

    app = NodesDoor(programs, Lodging(factory, FakeProbe(*programs))).app()
    async with app.router.lifespan_context(app):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://history") as door:
            assert (await door.get("/readyz")).is_success
            assert made == []
            for _ in range(2):
                assert (await door.put("/nodes")).status_code == 204
        assert made[0].started == [each.name for each in programs]
        assert "services.history.main" in made[0].prepared
    assert len(made) == 1
    assert sorted(made[0].asked_to_stop) == sorted(made[0].started)
    assert made[0].closed


async def test_a_lodging_that_was_left_takes_guests_again() -> None:
    programs = NodesSettings().programs(Path(), {})
    factories = [FakeFactory(), FakeFactory()]
    lodging = Lodging(iter(factories).__next__, FakeProbe(*programs[:1]))
    assert await lodging.admit(programs[:1], 5.0) == {}
    await lodging.dismiss()
    assert await lodging.admit(programs[:1], 5.0) == {}
    await lodging.dismiss()
    assert [each.started for each in factories] == [["history-us"], ["history-us"]]
