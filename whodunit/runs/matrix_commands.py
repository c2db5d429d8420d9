"""`whodunit scenario matrix`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from whodunit.incident import catalogue
from whodunit.runs.matrix_page import markdown, print_matrix
from whodunit.terminal import Screen

DID_NOT_HOLD = 1
PIPED_WIDTH = 160

Runs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[RUN]...", help="Folders of recorded runs; the newest of every case if left out."),
]


def matrix(
    runs: Runs = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
    page: Annotated[
        Path | None, typer.Option("--markdown", help="Write the page for people here too.", dir_okay=False)
    ] = None,
) -> None:
    """Tell the causes of each face apart: the evidence of each on a recorded run of each.

    Exit code 0 only if each run shows all that its own cause says, and something tells it from every other one.
    """
    from whodunit.runs.matrix_making import made  # noqa: PLC0415  the other commands need no database

    console = Screen(stderr=as_json)
    with console.status("Reading…") as status:
        found = made(runs or [], lambda name: status.update(f"Read a run of {name}…"))
    if page:
        page.write_text(markdown(found, catalogue.cases()), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(found.as_json(), indent=2))
    else:
        print_matrix(console if console.is_terminal else Screen(width=PIPED_WIDTH), found)
    raise typer.Exit(0 if found.holds else DID_NOT_HOLD)
