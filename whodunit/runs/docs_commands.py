"""`whodunit docs`."""

from pathlib import Path
from typing import Annotated

import typer

from whodunit.errors import LabError
from whodunit.incident import catalogue
from whodunit.runs import recorded_run
from whodunit.runs.walkthrough import adopt, render

Runs = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[RUN]...", help="Folders of runs that passed: their figures take the place of the old ones."
    ),
]


def docs(runs: Runs = None) -> None:
    """Fill the figures of every walkthrough from the runs that are recorded beside them."""
    try:
        for folder in runs or []:
            adopt(catalogue.find(recorded_run.read(folder).name), folder)
        for folder in catalogue.bundled_folders():
            typer.echo(f"{folder.name}: {'written' if render(folder) else 'unchanged'}")
    except OSError as error:
        raise LabError(
            f"Cannot write {error.filename}: {error.strerror or error}.", "Use a checkout that you can write to."
        ) from error
