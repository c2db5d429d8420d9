"""Resources: runbooks, the names of telemetry, and the look-up of a piece of evidence."""

from functools import partial

from mcp.server import MCPServer
from mcp.server.mcpserver import ResourceSecurity
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.server.mcpserver.resources import FunctionResource

from whodunit.mcp import evidence, names
from whodunit.mcp.envelope import as_json, shortened
from whodunit.mcp.source import LONGEST, Asked
from whodunit.telemetry.questions import Window

NAMES = "telemetry://names"
MARKDOWN, YAML_TEXT = "text/markdown", "application/yaml"
_UNCHECKED = ResourceSecurity(exempt_params={"id"})
"""An id holds two dots between the moments of its window, and is no path."""


def add(server: MCPServer, ask: Asked) -> None:
    """Add the resources to a server; pages are those that are at hand."""
    for alert, page in names.runbooks().items():
        about = f"What the alert {alert} means, and how to look"
        server.add_resource(
            FunctionResource(
                uri=f"runbook://{alert}",
                name=alert,
                description=about,
                mime_type=MARKDOWN,
                fn=partial(page.read_text, "utf-8"),
            )
        )
    if names.REGISTRY.is_file():
        server.add_resource(
            FunctionResource(
                uri=NAMES,
                name="names of telemetry",
                description="Every span, metric, log line and attribute of the shop's own, declared",
                mime_type=YAML_TEXT,
                fn=partial(names.REGISTRY.read_text, "utf-8"),
            )
        )

    @server.resource(
        evidence.SCHEME + "{+id}",
        name="evidence",
        description="Looks an evidence_id up again, percent-encoded",
        mime_type="application/json",
        security=_UNCHECKED,
    )
    def piece(id: str) -> str:  # noqa: A002  the name in the template
        try:
            with ask() as source:
                found = evidence.looked_up(id, source.telemetry, Window(source.now - LONGEST, source.now))
        except ToolError as error:
            raise ResourceError(str(error)) from error
        if not found["found"]:
            raise ResourceNotFoundError(f"There is no such evidence: {id}")
        return as_json(shortened(found))
