"""Tools for assistants: the lab's telemetry and its mystery over the Model Context Protocol."""

from importlib.util import find_spec

SDK = "mcp"
"""The package of the protocol's Python SDK, which the extra of the same name installs."""


def is_installed() -> bool:
    """True if the extra is installed; does not load it."""
    return find_spec(SDK) is not None
