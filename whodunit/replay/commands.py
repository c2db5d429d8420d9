"""`whodunit replay`."""

from pathlib import Path
from typing import Annotated

import typer

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.launcher.start import Start
from whodunit.replay.hosted import WHOLE, WITHIN_S, command
from whodunit.replay.page import show
from whodunit.runs import recorded_run
from whodunit.runs.parquet import is_complete
from whodunit.terminal import Screen

Run = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a recorded run.", file_okay=False)]
Whole = Annotated[bool, typer.Option(WHOLE, help="Up to its end: what was done about the incident, too.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(replay)


def replay(run: Run, whole: Whole = False) -> None:
    """Look at a recorded run without its shop: every view works on it, as if it happened now. `down` ends it."""
    found, home = recorded_run.read(run), Home.locate()
    if not is_complete(found.folder):
        raise WrongUseError(f"{run} kept no telemetry.", "Record one that does: whodunit record SLUG")
    start = Start(home, command(found.folder, whole=whole))
    if not start.begin():
        raise LabError("Something runs here already, a shop or another replay.", "Close it first: whodunit down")
    show(Screen(), start.wait(WITHIN_S, lambda _: None))
