"""`whodunit alerts`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from whodunit.alerts.schemas import Json
from whodunit.durations import format_duration
from whodunit.lab import target
from whodunit.legible import one_line
from whodunit.terminal import Screen
from whodunit.views.clock_time import to_the_second
from whodunit.views.options import AsJson, AsQuery

STYLES = {"firing": "bold red", "pending": "yellow"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Look around")(alerts)


def alerts(as_json: AsJson = False, as_query: AsQuery = False) -> None:
    """Show the alerts that are pending or firing; each has a page in docs/runbooks/. JSON has the query if asked."""
    with target.find().lab() as lab:
        found = lab.alerts()
    if as_json:
        typer.echo(json.dumps(found if as_query else found | {"query": ""}, indent=2))
    elif as_query:
        typer.echo(found["query"])
    elif found["alerts"]:
        Screen().print(_page(found))
    else:
        typer.echo("Nothing alerts.")


def _page(found: Json) -> Group:
    now = datetime.fromisoformat(found["now"]) if "now" in found else datetime.now(UTC)  # a replay stands still
    return Group(*(part for alert in found["alerts"] for part in _told(alert, now)))


def _told(alert: Json, now: datetime) -> Iterator[RenderableType]:
    """Name, state, and since when; below, what is wrong where, and the runbook: nothing that is cut."""
    since = datetime.fromisoformat(alert["since"])
    lasted = format_duration((now - since).total_seconds())
    state = (alert["state"], STYLES[alert["state"]])
    yield Text.assemble((one_line(alert["name"]), "bold"), "  ", state, f" since {to_the_second(since)}, for {lasted}")
    service = alert["labels"].get("service", "")
    yield Padding(Text(one_line(f"{service}: {alert['summary']}" if service else alert["summary"])), (0, 0, 0, 2))
    yield Padding(Text(f"docs/runbooks/{alert['name']}.md", style="dim"), (0, 0, 0, 2))
