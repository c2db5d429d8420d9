"""`whodunit compare`: two windows of an open shop or a replay, or of recorded runs in their folders."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from whodunit.compare.comparison import compare as compared
from whodunit.errors import WrongUseError
from whodunit.lab.active_mystery import played
from whodunit.runs import recorded_run
from whodunit.runs.recorded_run import RecordedRun
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window
from whodunit.views.change_table import change_table
from whodunit.views.desk import desk
from whodunit.views.options import AsJson, AsQuery, Limit, StoreUrl
from whodunit.views.output import Style, emit
from whodunit.views.windows import FORMS, around, window

HOW = f"{FORMS}. Or name a moment, --around 14:03, or the folder of a recorded run"

Before = Annotated[
    str | None, typer.Argument(metavar="[BEFORE]", help="A window, such as -10m..-5m, or the folder of a recorded run.")
]
After = Annotated[
    str | None, typer.Argument(metavar="[AFTER]", help="A window, or another run; left out for a run: its trouble.")
]
Around = Annotated[
    str | None, typer.Option("--around", metavar="TIME", help="As long before this moment as after it: 14:03, -5m.")
]
Length = Annotated[
    str | None, typer.Option("--for", metavar="TIME", help="With --around, so long on each side; else all since then.")
]


@dataclass(frozen=True)
class Sides:
    """Both windows, and the telemetry of each."""

    telemetry: Telemetry
    other: Telemetry
    before: Window
    after: Window


def register(app: typer.Typer) -> None:
    """Add the command."""
    begins_with_a_minus = {"ignore_unknown_options": True}  # -10m..-5m is a window
    app.command(rich_help_panel="Look around", context_settings=begins_with_a_minus)(compare)


def compare(  # noqa: PLR0913, PLR0917 - every option of a command is an argument
    context: typer.Context,
    before: Before = None,
    after: After = None,
    middle: Around = None,
    length: Length = None,
    limit: Limit = 20,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Tell what changed from one window to another, what is nearest to a cause first, each change with its evidence."""
    with _sides(context, before, after, middle, length, store) as of:
        found = compared(of.telemetry, of.before, of.after, other=of.other)
        emit(
            Style(as_json, as_query),
            found.query,
            {
                "windows": [of.before, of.after],
                "findings": [asdict(each) for each in found.findings],
                "refused": [asdict(each) for each in found.refused],
                "asked": found.asked,
                "is_all": found.is_all,
            },
            lambda _: change_table(found, of.before, of.after, limit),
        )


@contextmanager
def _sides(
    context: typer.Context,
    before: str | None,
    after: str | None,
    middle: str | None,
    length: str | None,
    store: str | None,
) -> Iterator[Sides]:
    for each in (before, after):
        if each is not None and each.startswith("--"):
            raise WrongUseError(f"There is no option {each}.", "List them: whodunit compare --help")
    if before is not None and Path(before).is_dir():
        with _of_runs(Path(before), after) as sides:
            yield sides
        return
    with desk(context, store) as at:
        if (middle is None) == (before is None) or (before is None) != (after is None):
            raise WrongUseError("Two windows are compared.", HOW)
        now = at.now()
        windows = around(middle, length, now) if middle else (window(before or "", now), window(after or "", now))
        yield Sides(at.telemetry, at.telemetry, *windows)


@contextmanager
def _of_runs(one: Path, other: str | None) -> Iterator[Sides]:
    """Health and trouble of one run, or the troubles of two; refused while a mystery runs, as their onset is known."""
    if played():
        raise WrongUseError("A mystery runs, and a recorded run tells its onset.", "Compare windows: --around 14:03")
    with ExitStack() as stack:
        first, telemetry = _opened(one, stack)
        if other is None:
            yield Sides(telemetry, telemetry, first.health, first.trouble)
            return
        second, later = _opened(Path(other), stack)
        yield Sides(telemetry, later, first.trouble, second.trouble)


def _opened(folder: Path, stack: ExitStack) -> tuple[RecordedRun, Telemetry]:
    run = recorded_run.read(folder)
    recorded = run.telemetry()
    stack.callback(recorded.close)
    return run, recorded.at(run.end)
