"""`whodunit scenario odds`."""

import json
from typing import Annotated

import typer
from rich.table import Table

from whodunit.errors import WrongUseError
from whodunit.lab.active_mystery import played
from whodunit.terminal import Screen


def odds(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """What the best guess earns: by somebody who knows every case by heart, and looks at no telemetry.

    Refused while a mystery runs.
    """
    if played():
        raise WrongUseError("A mystery runs: these are answers to it.", "To give up: whodunit mystery reveal")
    from whodunit.mystery import odds as found  # noqa: PLC0415  the other commands need no database

    with Screen(stderr=True).status("Guessing…"):
        every = found.every()
    if as_json:
        typer.echo(json.dumps(found.as_json(every), indent=2))
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("complaint", "points", "best guess"):
        table.add_column(heading)
    for each in every:
        table.add_row(each.face, f"{each.expected:.1f}", f"{each.strategy.component}: {each.strategy.reason}")
    Screen().print(table, f"{found.expected(every):.1f} of 100 can be expected.", sep="\n")
