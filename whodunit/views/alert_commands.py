"""`whodunit alerts`."""

import json
from datetime import UTC, datetime

import typer
from rich.markup import escape
from rich.table import Table

from whodunit.alerts.schemas import Json
from whodunit.durations import format_duration
from whodunit.lab import target
from whodunit.terminal import Screen
from whodunit.views.options import AsJson, AsQuery

STYLES = {"firing": "bold red", "pending": "yellow"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Look around")(alerts)


def alerts(as_json: AsJson = False, as_query: AsQuery = False) -> None:
    """Show the alerts that are pending or firing; each has a page in docs/runbooks/."""
    with target.find().lab() as lab:
        found = lab.alerts()
    if as_query:
        typer.echo(found["query"])
    elif as_json:
        typer.echo(json.dumps(found, indent=2))
    elif found["alerts"]:
        Screen().print(_table(found))
    else:
        typer.echo("Nothing alerts.")


def _table(found: Json) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("alert", "state", "for", "summary", "runbook"):
        table.add_column(heading)
    now = datetime.fromisoformat(found["now"]) if "now" in found else datetime.now(UTC)  # a replay stands still
    for alert in found["alerts"]:
        lasted = format_duration((now - datetime.fromisoformat(alert["since"])).total_seconds())
        state = f"[{STYLES[alert['state']]}]{alert['state']}[/]"
        table.add_row(alert["name"], state, lasted, escape(alert["summary"]), f"docs/runbooks/{alert['name']}.md")
    return table
