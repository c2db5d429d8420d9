"""`whodunit page` and `whodunit page ack`."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from whodunit.durations import format_duration
from whodunit.lab.target import find
from whodunit.pager.pages import Page
from whodunit.terminal import Screen

commands = typer.Typer(help="Show whom alerts have called, and acknowledge.")

PageId = Annotated[str | None, typer.Argument(metavar="[ID]", help="The page; every one that waits if left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for scripts.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(commands, name="page", rich_help_panel="Look around")


@commands.callback(invoke_without_command=True)
def list_pages(context: typer.Context, as_json: AsJson = False) -> None:
    """Show whom alerts have called, and how long it took until somebody acknowledged. Newest last."""
    if context.invoked_subcommand:
        return
    with find().lab() as lab:
        found = lab.pages()
    pages = [Page.model_validate(each) for each in found["pages"]]
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    elif pages:
        Screen().print(_table(pages, datetime.now(UTC)))
    else:
        typer.echo("Nobody has been called.")


@commands.command("ack")
def acknowledge(page: PageId = None, as_json: AsJson = False) -> None:
    """Acknowledge a page: you are at work on it."""
    with find().lab() as lab:
        found = lab.acknowledge(page)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for each in [Page.model_validate(fields) for fields in found["pages"]]:
        typer.echo(f"Page {each.id}, {each.alert.name}: acknowledged after {_until_acknowledged(each)}.")


def _table(pages: list[Page], now: datetime) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("page", "alert", "wakes", "called", "acknowledged", "state"):
        table.add_column(heading)
    for page in pages:
        ago = f"{format_duration((now - page.called).total_seconds())} ago"
        wakes = f"{page.wakes} on call" if page.wakes else "nobody (a ticket)"
        acknowledged = f"after {_until_acknowledged(page)}" if page.acknowledged else "no"
        table.add_row(page.id, escape(page.alert.name), wakes, ago, acknowledged, "over" if page.ended else "firing")
    return table


def _until_acknowledged(page: Page) -> str:
    return format_duration(((page.acknowledged or page.called) - page.called).total_seconds())
