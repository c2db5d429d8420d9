"""The definitions that each session of an assistant carries along."""

import json

import pytest
from mcp import Client
from mcp_types import Tool

from tests.unit.mcp.shop import server_of, source_of
from tests.unit.telemetry.duck_store import DuckStore

pytestmark = pytest.mark.anyio

NAMES = [
    "overview", "search_traces", "get_trace", "search_logs", "log_patterns", "list_metrics", "query_metric", "compare",
    "query", "incident", "mitigate", "submit",
]  # fmt: skip
CHANGING = {"mitigate", "submit"}
MOST_TOKENS = 4_000
CHARACTERS_A_TOKEN = 4
"""An approximation for English and JSON; models' own counts differ by about a fifth either way."""


@pytest.fixture
async def tools() -> list[Tool]:
    async with Client(server_of(source_of(DuckStore()))) as client:
        return (await client.list_tools()).tools


async def test_there_are_twelve_and_none_reveals(tools: list[Tool]) -> None:
    assert [tool.name for tool in tools] == NAMES


async def test_together_they_are_short(tools: list[Tool]) -> None:
    texts = [json.dumps(tool.model_dump(by_alias=True, exclude_none=True)) for tool in tools]
    assert sum(map(len, texts)) / CHARACTERS_A_TOKEN <= MOST_TOKENS


async def test_all_but_two_only_read(tools: list[Tool]) -> None:
    changing = {tool.name for tool in tools if not (tool.annotations and tool.annotations.read_only_hint)}
    assert changing == CHANGING


async def test_each_tells_what_it_does_and_takes(tools: list[Tool]) -> None:
    for tool in tools:
        assert tool.description
        assert "\n" not in tool.description
        assert tool.input_schema["type"] == "object"
        assert "anyOf" not in json.dumps(tool.input_schema)


async def test_prompts_and_resources_are_listed() -> None:
    async with Client(server_of(source_of(DuckStore()))) as client:
        prompts = [each.name for each in (await client.list_prompts()).prompts]
        resources = {each.uri.partition("://")[0] for each in (await client.list_resources()).resources}
        templates = [each.uri_template for each in (await client.list_resource_templates()).resource_templates]
        told = (await client.get_prompt("investigate", {"complaint": "Nothing can be bought"})).messages[0]
    assert prompts == ["investigate", "write_report"]
    assert resources == {"runbook", "telemetry"}
    assert templates == ["evidence://{+id}"]
    assert "(Nothing can be bought)" in told.content.text  # type: ignore[union-attr]
