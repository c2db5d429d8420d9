"""The SDK's own client, over the command's standard streams and over HTTP, at a run that is replayed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from bench.revision import HERE
from bench.shop import Shop, open_shop
from tests.recorded_runs import make
from tests.unit.mcp.test_definitions import NAMES

pytestmark = [pytest.mark.process, pytest.mark.anyio]


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop() as shop:
        shop.run("replay", str(make(tmp_path_factory.mktemp("recorded") / "run")))
        yield shop


def on_stdio(replay: Shop) -> Client:
    command = StdioServerParameters(
        command=str(HERE / ".venv" / "bin" / "whodunit"),
        args=["mcp"],
        cwd=HERE,
        env={"WHODUNIT_HOME": str(replay.home), "PYTHONPATH": str(HERE)},
    )
    return Client(command)


def over_http(replay: Shop, mode: str = "auto") -> Client:
    return Client(f"{replay.json('status')['lab']['url']}/mcp", mode=mode)


@pytest.fixture(params=["stdio", "http", "http, an older client"])
def client(request: pytest.FixtureRequest, replay: Shop) -> Client:
    if request.param == "stdio":
        return on_stdio(replay)
    return over_http(replay, "auto" if request.param == "http" else "legacy")


async def asked(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    text = result.content[0].text  # type: ignore[union-attr]
    assert not result.is_error, text
    return json.loads(text)


async def test_it_looks_at_the_run(client: Client) -> None:
    async with client:
        assert [tool.name for tool in (await client.list_tools()).tools] == NAMES
        told = await asked(client, "incident")
        assert (told["recording"], told["running"]) == ("Payments are slow", False)
        alerts = (await asked(client, "overview"))["alerts"]
        assert "OrdersStuckInProcessing" in {alert["name"] for alert in alerts}
        found = await asked(client, "search_traces", service="payment", min_duration="1s")
        assert found["rows"][0]["matched"]["name"] == "pay"
        cited = (await asked(client, "query_metric", name="shop.order.stuck", statistic="max"))["evidence_id"]
        assert cited.startswith("metric shop.order.stuck max ")
        rows = (await asked(client, "query", language="sql", text="select count(*) as n from spans"))["rows"]
        assert rows == [{"n": 1}]
        page = (await client.read_resource(f"runbook://{alerts[0]['name']}")).contents[0]
        assert page.text.startswith("# ")  # type: ignore[union-attr]


async def test_a_recording_cannot_be_changed(client: Client) -> None:
    async with client:
        refused = await client.call_tool("mitigate", {"name": "restart payment"})
    assert refused.is_error
    assert "A replay has no mystery." in refused.content[0].text  # type: ignore[union-attr]
