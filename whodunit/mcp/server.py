"""The server: twelve tools, resources and prompts over one source."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import ValidationError

from whodunit.mcp import prompts, resources
from whodunit.mcp.comparing import ComparisonTool
from whodunit.mcp.logs import LogTools
from whodunit.mcp.metrics import MetricTools
from whodunit.mcp.mystery import MysteryTools
from whodunit.mcp.overview import OverviewTool
from whodunit.mcp.querying import QueryTool
from whodunit.mcp.source import Asked
from whodunit.mcp.trace import TraceTool
from whodunit.mcp.traces import SearchTool

INSTRUCTIONS = """\
Telemetry of an online shop of ten services, and the incident in it. Answers about telemetry are JSON: window, rows,
total, truncated, left_out, next_cursor, evidence_id, query, and a hint where there is one; at most 12,000 characters,
the rest behind next_cursor. Durations are seconds, times UTC. An evidence_id is text that submit takes and
evidence://ID looks up. Begin with incident and overview; the prompt investigate tells how to go on.
"""

READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
CHANGES = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)


def build(ask: Asked) -> MCPServer:
    """A server whose tools ask what `ask` opens."""
    logs, metrics, mystery = LogTools(ask), MetricTools(ask), MysteryTools(ask)
    tools = [
        _tool(OverviewTool(ask).overview, READS),
        _tool(SearchTool(ask).search_traces, READS),
        _tool(TraceTool(ask).get_trace, READS),
        _tool(logs.search_logs, READS),
        _tool(logs.log_patterns, READS),
        _tool(metrics.list_metrics, READS),
        _tool(metrics.query_metric, READS),
        _tool(ComparisonTool(ask).compare, READS),
        _tool(QueryTool(ask).query, READS),
        _tool(mystery.incident, READS),
        _tool(mystery.mitigate, CHANGES),
        _tool(mystery.submit, CHANGES),
    ]
    server = _Server(
        "whodunit", instructions=INSTRUCTIONS, version=version("whodunit"), tools=tools, log_level="WARNING",
        subscriptions=False,
    )  # fmt: skip
    resources.add(server, ask)
    prompts.add(server)
    return server


class _Server(MCPServer):
    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Refuses an argument that the tool does not have: left out in silence, it would change the question.

        A value of the wrong kind is told in one line.
        """
        tool = self._tool_manager.get_tool(name)
        known = tool.parameters["properties"] if tool else arguments
        if unknown := [each for each in arguments if each not in known]:
            raise ToolError(f"{name} has no argument {unknown[0]!r}. It has: {', '.join(known)}.")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_wrong(error.__cause__)) from error.__cause__
            raise


def _wrong(error: ValidationError) -> str:
    return " ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}." for each in error.errors())


def _tool(function: Callable[..., str], annotations: ToolAnnotations) -> Tool:
    """The answer is text alone: as structured content it would be sent twice."""
    said = " ".join((function.__doc__ or "").split())
    tool = Tool.from_function(function, description=said, annotations=annotations, structured_output=False)
    tool.parameters = lean(tool.parameters)
    return tool


def lean(schema: Any) -> Any:
    """The schema without titles, and without `null` among the types of what may be left out."""
    if isinstance(schema, list):
        return [lean(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: lean(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
    options = kept.pop("anyOf", None)
    if options is None:
        return kept
    if kept.get("default", ...) is None:
        del kept["default"]
    [only] = [each for each in options if each != {"type": "null"}]
    return only | kept
