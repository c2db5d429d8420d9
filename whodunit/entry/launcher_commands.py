"""`whodunit up | down | status`."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.lab.answers import LabStatus
from whodunit.lab.target import find
from whodunit.lab.wanted import WANTED, Kind
from whodunit.launcher import replacement
from whodunit.launcher.inherited import left_out
from whodunit.launcher.page import show
from whodunit.launcher.start import LAUNCHER, Progress, Start, programs
from whodunit.launcher.stop import stop
from whodunit.replay.page import show as show_replay
from whodunit.stack.page import show as show_stack
from whodunit.terminal import Screen

INTERRUPTED = 130
CLOSE_IT = "Close it, and type this again: whodunit down"

Json = dict[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for scripts, nothing else.")]


def register(app: typer.Typer) -> None:
    """Add the launcher's commands."""
    for command in (up, down, status):
        app.command(rich_help_panel="The shop")(command)


def up(
    as_json: AsJson = False,
    wait: Annotated[bool, typer.Option(help="Return when the shop is open, or at once.")] = True,
    within_s: Annotated[float, typer.Option("--within", min=1, help="Seconds to wait for the shop.")] = 120,
    replace: Annotated[
        list[str] | None,
        typer.Option(metavar="SERVICE=FOLDER", help="Run the main.py of a folder of yours in place of a service."),
    ] = None,
) -> None:
    """Open the shop: ten services, the telemetry store and the lab, as processes on this machine.

    Harmless when it is open already. Its state lives in .whodunit, or in the folder that $WHODUNIT_HOME names.
    """
    _refuse_stack("docker compose up")
    home, console = Home.locate(), Screen(stderr=as_json)
    replaced = replacement.parsed(replace or [])
    start = Start(home, [*LAUNCHER, *(f"{name}={folder}" for name, folder in replaced.items())])
    with _undone_on_interrupt(start):
        started = start.begin()
        if replaced and not started:
            raise WrongUseError("The shop is open already: a service is replaced when it opens.", CLOSE_IT)
        with _progress(console) as progress:
            found = start.wait(within_s, progress) if wait else start.first_look()
    if not started:
        console.print("The shop is open already.")
    elif names := left_out(os.environ):
        console.print(f"Not passed on to the shop: {', '.join(names)} (docs/lite.md, Environment).")
    _print(console, home, found, as_json)


def down() -> None:
    """Close the shop: stop every process that `up` started. What was recorded stays in the state folder."""
    _refuse_stack("docker compose down")
    home, console = Home.locate(), Screen()
    with console.status("Closing the shop…"):
        was_running = stop(home)
    console.print("The shop is closed." if was_running else "Nothing was running.")
    if not was_running and find().kind is Kind.STACK:
        console.print("A stack runs; Docker closes it: docker compose down")


def status(as_json: AsJson = False) -> None:
    """Show the address and the state of each program. Exit code 3 when nothing runs."""
    with find().lab() as lab:
        found = lab.status()
    _print(Screen(stderr=as_json), Home.locate(), found, as_json)


def _refuse_stack(command: str) -> None:
    if WANTED.get() is Kind.STACK:
        raise WrongUseError("The stack is started and stopped by Docker.", f"Type: {command}")


def _print(console: Console, home: Home, found: LabStatus, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    elif found["mode"] == Kind.STACK:
        show_stack(console, found)
    elif found["mode"] == "replay":
        show_replay(console, found)
    else:
        show(console, home, found)


@contextmanager
def _undone_on_interrupt(start: Start) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        start.undo()
        raise LabError("Interrupted: what was started is stopped.", "Again: whodunit up", INTERRUPTED) from None


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    with console.status("Opening the shop…") as spinner:

        def update(found: LabStatus) -> None:
            ready = [program for program in programs(found) if program["ready"]]
            spinner.update(f"Opening the shop… {len(ready)} of {len(programs(found))} ready")

        yield update
