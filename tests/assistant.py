"""Everything that an assistant can read of a shop by its tools, their definitions, prompts and resources."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import quote

from mcp import Client

from tests.reachable import Piece

Json = dict[str, Any]

WINDOWS = {"before": "-3m..-90s", "after": "-90s..now"}
ASKED: tuple[tuple[str, Json], ...] = (
    ("overview", {}),
    ("search_traces", {}),
    ("search_traces", {"status": "error"}),
    ("search_logs", {"limit": 100}),
    ("search_logs", {"severity": "WARN", "limit": 100}),
    ("log_patterns", WINDOWS),
    ("list_metrics", {}),
    ("query_metric", {"name": "shop.payment.duration", "statistic": "p95", "by": ["service"]}),
    ("query_metric", {"name": "no such metric", "statistic": "p95"}),
    ("compare", WINDOWS),
    ("query", {"language": "sql", "text": "select * from resources"}),
    ("query", {"language": "sql", "text": "describe spans"}),
    ("query", {"language": "promql", "text": "up"}),
    ("incident", {}),
    ("mitigate", {"name": "no such thing"}),
    ("submit", {"component": "nobody", "reason": "bad luck"}),
)
CHANGING: tuple[tuple[str, Json], ...] = (
    ("mitigate", {"name": "restart token"}),
    ("submit", {"component": "token", "reason": "bad-data", "mitigation": "restart token"}),
)


async def everything(client: Client, *, changing: bool = False) -> AsyncIterator[Piece]:
    """Definitions, prompts, resources, and the answers of all tools, refusals among them.

    `changing` puts a mitigation in force and hands an answer in.
    """
    for tool in (await client.list_tools()).tools:
        yield f"tool {tool.name}", tool.model_dump_json()
    yield "instructions", str(client.instructions)
    for prompt in (await client.list_prompts()).prompts:
        yield f"prompt {prompt.name}", (await client.get_prompt(prompt.name)).model_dump_json()
    for resource in (await client.list_resources()).resources:
        yield f"resource {resource.uri}", (await client.read_resource(resource.uri)).model_dump_json()
    async for piece in _answers(client, (*ASKED, *CHANGING) if changing else ASKED):
        yield piece


async def _answers(client: Client, asked: Sequence[tuple[str, Json]]) -> AsyncIterator[Piece]:
    for name, arguments in asked:
        result = await client.call_tool(name, arguments)
        text = "".join(content.text for content in result.content if content.type == "text")
        yield f"answer of {name} {arguments}", text if result.is_error else _without_vocabulary(name, text)
        if name == "search_traces" and not result.is_error:
            for row in json.loads(text)["rows"][:2]:
                whole = await client.call_tool("get_trace", {"trace_id": row["trace_id"], "logs": True})
                yield f"answer of get_trace {row['trace_id']}", whole.model_dump_json()
                if cited := row.get("evidence_id"):
                    found = await client.read_resource(f"evidence://{quote(cited)}")
                    yield f"resource evidence {cited}", found.model_dump_json()


def _without_vocabulary(name: str, text: str) -> str:
    """The words of an answer are the same whatever runs, which a test holds; the cause is one of them."""
    if name != "incident":
        return text
    return json.dumps({key: value for key, value in json.loads(text).items() if key != "vocabulary"})
