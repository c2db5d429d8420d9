"""The views on the command line: `whodunit traces | trace | logs | metrics | forecast | map | sql`."""

import typer

from whodunit.views import forecast_commands, log_commands, metric_commands, service_map, sql_commands, trace_commands

PANEL = "Look around"


def register(app: typer.Typer) -> None:
    """Add the views' commands."""
    for command in (
        trace_commands.traces,
        trace_commands.trace,
        log_commands.logs,
        metric_commands.metrics,
        forecast_commands.forecast,
        service_map.map_,
        sql_commands.sql,
    ):
        app.command(command.__name__.rstrip("_"), rich_help_panel=PANEL)(command)
