"""`whodunit mcp`: the tools for an assistant, on standard input and output."""

import typer

from whodunit.errors import LabError
from whodunit.mcp import is_installed

MISSING = LabError(
    "The tools for assistants need the Python SDK of the Model Context Protocol.",
    "Install it: pip install 'whodunit[mcp]', in a checkout .venv/bin/python -m pip install -e '.[mcp]'",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mcp")(mcp)


def mcp() -> None:
    """Serve the tools for an assistant (Model Context Protocol) on standard input and output."""
    if not is_installed():
        raise MISSING
    from whodunit.lab.target import find  # noqa: PLC0415  the help page does without
    from whodunit.mcp.server import build  # noqa: PLC0415
    from whodunit.mcp.source import Shops, asking  # noqa: PLC0415

    build(asking(Shops(find).open)).run("stdio")
