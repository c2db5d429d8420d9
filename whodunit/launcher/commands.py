"""`whodunit up | down | status`."""

import typer


def register(app: typer.Typer) -> None:
    """Add the launcher's commands."""
