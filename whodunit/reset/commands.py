"""`whodunit reset`."""

from pathlib import Path

import typer

from whodunit.lab.target import find
from whodunit.load import trial_order
from whodunit.reset.steps import Reset
from whodunit.shell import run
from whodunit.terminal import Screen

NOT_STEADY = 1


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="The shop")(reset)


def reset() -> None:
    """Reset the running shop: no faults, no load, no open orders, no alerts, no telemetry so far.

    Exit code 0 when the steady state holds at the end, 1 when it does not.
    """
    console = Screen(highlight=False)
    target = find()
    with target.lab() as lab, console.status("Cleaning up…"):
        steady = Reset(target, lab, run, Path.cwd(), trial_order.place, console.print).run()
    if not steady:
        console.print("[bold red]The steady state does not hold.[/] See: whodunit audit · whodunit status")
        raise typer.Exit(NOT_STEADY)
    console.print("[bold green]The steady state holds.[/]")
