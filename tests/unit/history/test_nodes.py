"""Nodes of histories: the same answer wherever it is asked for, and what tells where the rows came from."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from sqlalchemy import Connection

from kit.db import Database
from kit.migrations import upgrade
from kit.platform import Platform
from kit.regions import COMPANIES
from kit.upkeep import Upkeep
from kit.variants import FixedVariants
from services.history.app import create_app
from services.history.lines import Lines
from services.history.schemas import Summary
from services.history.seed import BRANCH_LINES, seed
from services.history.settings import NODES, NodeName, Settings
from services.history.tables import INDEXES
from services.history.upkeep import Indexes, apply_indexes
from tests.databases import DatabaseUrl
from tests.telemetry.in_process import InProcessNetwork
from whodunit import topology

pytestmark = pytest.mark.anyio

COMPANY = COMPANIES[0]
RUNNING: tuple[NodeName, ...] = ("eu", "asia", "eu-2")
"""Without the node of the US: its million lines take seconds."""


def test_the_launcher_knows_the_nodes() -> None:
    assert [node.place for node in topology.NODES] == list(NODES)


@pytest.fixture
async def nodes(empty_database_url: DatabaseUrl) -> AsyncIterator[InProcessNetwork]:
    """They reach each other."""
    network = InProcessNetwork()
    urls = {f"history_{region}_url": f"http://{region}" for region in ("us", "eu", "asia")}
    async with AsyncExitStack() as stack:
        for node in RUNNING:
            settings = Settings.model_validate(
                {"node": node, "database_url": empty_database_url(f"history-{node}"), **urls}
            )
            app = create_app(settings, Platform(FixedVariants(), network))
            network.add(node, app)
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield network


async def ask(nodes: InProcessNetwork, node: str, path: str) -> httpx.Response:
    """Ask one of them."""
    async with httpx.AsyncClient(transport=nodes, base_url=f"http://{node}") as client:
        return await client.get(path)


async def summary(nodes: InProcessNetwork, node: str, wanted: str) -> Summary:
    """A company's sums of its office in Europe."""
    answer = await ask(nodes, node, f"/customers/{COMPANY}/summary?home=eu&{wanted}")
    return Summary.model_validate(answer.raise_for_status().json())


@pytest.mark.parametrize("wanted", ["figure=month&figure=payment", "figure=channel&site=3"])
async def test_every_node_gives_the_same_sums(nodes: InProcessNetwork, wanted: str) -> None:
    found = [await summary(nodes, node, wanted) for node in RUNNING]
    assert [each.node for each in found] == list(RUNNING)
    assert found[0].sums == found[1].sums == found[2].sums
    lines = sum(group.lines for group in found[0].sums[0].groups)
    assert lines == (BRANCH_LINES if "site" not in wanted else BRANCH_LINES / 8)


async def test_rows_come_once_for_several_figures_and_only_from_a_node_that_has_them(nodes: InProcessNetwork) -> None:
    await summary(nodes, "eu", "figure=month")
    assert [request.url.path for request in nodes.requests[1:]] == []
    await summary(nodes, "asia", "figure=month&figure=site")
    assert [(each.url.host, each.url.path) for each in nodes.requests[2:]] == [("eu", f"/customers/{COMPANY}/lines")]
    assert (await ask(nodes, "eu-2", f"/customers/{COMPANY}/lines")).status_code == 404


async def test_an_owner_who_is_away_is_told(nodes: InProcessNetwork) -> None:
    nodes.refusing.add("eu")
    answer = await ask(nodes, "asia", f"/customers/{COMPANY}/summary?home=eu&figure=month")
    assert (answer.status_code, answer.json()["detail"]) == (503, "The history node of eu cannot be reached.")


@pytest.mark.parametrize(
    "query", ["home=mars&figure=month", "home=eu", "home=eu&figure=size", "home=eu&figure=month&site=-1"]
)
async def test_a_question_that_makes_no_sense_is_refused(nodes: InProcessNetwork, query: str) -> None:
    assert (await ask(nodes, "eu", f"/customers/{COMPANY}/summary?{query}")).status_code == 422


async def test_without_its_index_the_plan_reads_every_line(empty_database_url: DatabaseUrl) -> None:
    def fill(connection: Connection) -> None:
        seed(connection, "eu")

    url = empty_database_url("history")
    await upgrade("history", url, fill)
    db = Database("history", url, pool_size=1)
    lines, plans = Lines(db), []
    for declared in (INDEXES, ()):
        await Upkeep[Indexes]("history", url, lambda wanted=declared: wanted, apply_indexes).catch_up()  # type: ignore[misc]
        _, work = await lines.sums(COMPANY, "month", None)
        plans.append(work.plan)
        assert (work.rows, work.ranges) == (BRANCH_LINES, 1)
    await db.close()
    assert "ix_lines_customer" in plans[0]
    assert "ix_lines_customer" not in plans[1]
    assert "scan" in plans[1].lower()
