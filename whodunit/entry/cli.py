"""The command line; imports only the module of the command that is typed."""

import sys
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Annotated

import typer

from whodunit.errors import LabError, report
from whodunit.lab.wanted import WANTED, Kind
from whodunit.legible import prepare_streams

MODULES: dict[str, tuple[str, ...]] = {
    "whodunit.entry.launcher_commands": ("up", "down", "status"),
    "whodunit.entry.scenario_commands": ("demo", "scenario", "record", "docs"),
    "whodunit.replay.commands": ("replay",),
    "whodunit.report.commands": ("report",),
    "whodunit.mystery.commands": ("mystery",),
    "whodunit.gradebook.commands": ("grade",),
    "whodunit.hosting.commands": ("class",),
    "whodunit.exercise.commands": ("exercise",),
    "whodunit.lab.fault_commands": ("fault",),
    "whodunit.limit.commands": ("load",),
    "whodunit.views.commands": ("traces", "trace", "logs", "metrics", "forecast", "map", "sql"),
    "whodunit.entry.compare_commands": ("compare",),
    "whodunit.views.alert_commands": ("alerts",),
    "whodunit.pager.commands": ("page",),
    "whodunit.audit.commands": ("audit",),
    "whodunit.drill.commands": ("drill",),
    "whodunit.reset.commands": ("reset",),
    "whodunit.vendor.commands": ("vendor",),
    "whodunit.mcp.commands": ("mcp",),
    "whodunit.doctor.commands": ("doctor",),
}
"""The commands that each module registers, in the order of the help page."""

TARGET = "--target"


def build(arguments: list[str]) -> typer.Typer:
    """The command line with the modules that `arguments` need; with all of them when no command is named."""
    app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False)
    app.callback()(whodunit)
    for module in _modules(arguments):
        import_module(module).register(app)
    return app


def main() -> None:
    """Entry point of the `whodunit` command."""
    prepare_streams()
    arguments = _target_first(sys.argv[1:])
    try:
        build(arguments)(arguments)
    except LabError as error:
        report(error)
        raise SystemExit(error.exit_code) from None


def _target_first(arguments: list[str]) -> list[str]:
    """Move `--target`, an option of the whole command line, to the front: people type it anywhere."""
    for place, argument in enumerate(arguments):
        if argument == TARGET:
            return [*arguments[place : place + 2], *arguments[:place], *arguments[place + 2 :]]
        if argument.startswith(f"{TARGET}="):
            return [argument, *arguments[:place], *arguments[place + 1 :]]
    return arguments


def _modules(arguments: list[str]) -> list[str]:
    rest = arguments[2:] if arguments[:1] == [TARGET] else arguments
    command = next((each for each in rest if not each.startswith("-")), None)
    owners = [module for module, commands in MODULES.items() if command in commands]
    return owners or [module for module in MODULES if _exists(module)]


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(version("whodunit"))
        raise typer.Exit


def whodunit(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
    target: Annotated[
        Kind | None,
        typer.Option(TARGET, envvar="WHODUNIT_TARGET", help="The shop to use; by default the one that runs."),
    ] = None,
) -> None:
    """A small online shop that can be broken on purpose, and a lab that proves every symptom."""
    WANTED.set(target)


if __name__ == "__main__":
    main()
