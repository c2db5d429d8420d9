"""`whodunit grade`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from whodunit.errors import WrongUseError
from whodunit.gradebook import screen
from whodunit.gradebook.pile import Marker
from whodunit.gradebook.remeasuring import find_again
from whodunit.gradebook.row import csv as as_csv
from whodunit.gradebook.rubric import DEFAULT
from whodunit.gradebook.rubric import rubric as read_rubric
from whodunit.incident import catalogue
from whodunit.lab.active_mystery import played
from whodunit.mystery.commands import AsJson, Leader
from whodunit.terminal import Screen

Again = Annotated[
    bool,
    typer.Option(
        "--again", help="Run the code that was handed in, and measure the shop that runs: do it where that may be."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(grade)


def grade(
    pile: Annotated[
        list[Path] | None, typer.Argument(metavar="PILE…", help="Hand-ins, and folders of them.", exists=True)
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="One line for each, for a learning system.")] = False,
    rubric: Annotated[Path | None, typer.Option(metavar="FILE", help="Your rubric, in place of ours.")] = None,
    show_rubric: Annotated[bool, typer.Option("--show-rubric", help="Print the rubric, to edit a copy of it.")] = False,
    again: Again = False,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Say whose mystery is not the one of this seed and their id.")
    ] = None,
    leader: Leader = "",
    as_json: AsJson = False,
) -> None:
    """Mark a pile of hand-ins: exercises, mysteries, load reports, incident reports.

    Exit code 1 when one of them could not be marked.
    """
    if show_rubric:
        typer.echo((rubric or DEFAULT).read_text(encoding="utf-8"), nl=False)
        return
    if not pile:
        raise WrongUseError("Nothing was named to be marked.", "Name files or a folder: whodunit grade hand-ins")
    marker = Marker(
        read_rubric(rubric),
        catalogue.cases(),
        leader,
        "" if leader else played(),
        again,
        find_again if again else None,
        seed,
    )
    with Screen(stderr=True).status("Marking…") as status:
        rows = marker.rows(pile, lambda file: status.update(f"Marking {file}…"))
    if as_json:
        typer.echo(json.dumps([row.as_json() for row in rows], indent=2))
    elif csv:
        typer.echo(as_csv(rows), nl=False)
        screen.problems(Screen(stderr=True), rows)
    else:
        screen.marked(Screen(), rows)
    raise typer.Exit(1 if any(row.problem for row in rows) else 0)
