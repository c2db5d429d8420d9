"""`whodunit audit`."""

import json
from typing import Annotated

import typer
from rich.table import Table

from whodunit.durations import typed_duration_s
from whodunit.lab.requests import Json
from whodunit.lab.target import find
from whodunit.terminal import Screen

DID_NOT_HOLD = 1

MEANINGS = {
    "orders": "orders taken",
    "lost": "orders whose money is not where it should be",
    "double_charged": "orders charged more than once",
    "stock_difference": "pieces of stock unaccounted for",
    "stuck": "orders in processing for more than a minute",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="The shop")(audit)


def audit(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document for scripts.")] = False,
    settle: Annotated[str, typer.Option(help="How long to wait for orders in processing.")] = "30s",
) -> None:
    """Check the shop's promises: no order lost, nobody charged twice, no stock leaked, nothing stuck.

    Exit code 0 when they hold, 1 when not, 3 when the books cannot be read.
    """
    settle_s = typed_duration_s(settle, "For example: whodunit audit --settle 30s", "--settle")
    with find().lab() as lab:
        answer = lab.audit(settle_s)
    findings, held = {name: answer[name] for name in MEANINGS}, bool(answer["held"])
    if as_json:
        typer.echo(json.dumps(findings))
    else:
        Screen().print(_table(findings))
    if not held:
        raise typer.Exit(DID_NOT_HOLD)


def _table(findings: Json) -> Table:
    table = Table(box=None, show_header=False)
    for name, count in findings.items():
        wrong = count > 0 and name != "orders"
        table.add_row(f"[bold red]{count}[/]" if wrong else str(count), MEANINGS[name])
    return table
