"""`whodunit doctor`."""

import json
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from whodunit.doctor import machine
from whodunit.doctor.docker import docker
from whodunit.doctor.finding import Finding
from whodunit.doctor.mounted_files import line_endings, permissions
from whodunit.lab import settings as entry_settings
from whodunit.lab.target import StackTarget
from whodunit.shell import Shell, run
from whodunit.terminal import Screen

SOMETHING_TO_DO = 1


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="The shop")(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document for scripts.")] = False,
) -> None:
    """Check this machine: can the shop run here, with Docker and without? Each finding tells what to do.

    Exit code 0 when nothing needs to be done, 1 otherwise.
    """
    found = list(examine(run, Path.cwd()))
    if as_json:
        typer.echo(json.dumps([each.as_json() for each in found], indent=2))
    else:
        _show(Screen(highlight=False), found)
    if not all(each.fine for each in found):
        raise typer.Exit(SOMETHING_TO_DO)


def examine(shell: Shell, folder: Path) -> Iterator[Finding]:
    """Every finding, in the order in which to mend them."""
    now, settings = datetime.now(UTC), entry_settings.read()
    yield machine.python()
    yield machine.architecture(platform.machine())
    yield machine.memory()
    yield machine.disk(folder)
    yield machine.clock(now)
    yield machine.port(settings.port, settings.bind, StackTarget(settings).answers)
    yield line_endings(folder)
    yield permissions(folder)
    yield from docker(shell, now)


def _show(screen: Console, found: list[Finding]) -> None:
    width = max(len(each.name) for each in found)
    for each in found:
        mark, style = ("✓", "green") if each.fine else ("✗", "bold red")
        screen.print(Text.assemble((f"{mark} ", style), f"{each.name:<{width}}  {each.message}"), soft_wrap=True)
        if not each.fine:
            screen.print(Text(f"  {'':<{width}}  → {each.remedy}", style="yellow"), soft_wrap=True)
