"""`whodunit load start | stop | status | shapes`."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table

from whodunit.errors import WrongUseError
from whodunit.lab.target import find
from whodunit.load import request
from whodunit.load.page import page
from whodunit.terminal import Screen

commands = typer.Typer(no_args_is_help=True, help="Send shoppers into the running shop.")

Rate = Annotated[float | None, typer.Option(help="Checkouts per second, with other journeys in proportion (8).")]
Journeys = Annotated[
    list[str] | None, typer.Option("--journey", help="Only these journeys, each with a rate: buy=8. May be repeated.")
]
Users = Annotated[int | None, typer.Option(help="The number of people who think and wait, instead of a rate.")]
Browsers = Annotated[int, typer.Option(help="People with a real browser beside them, 2 at most; needs Chromium.")]
ShapeOf = Annotated[str, typer.Option("--shape", help="How it changes over time; see: whodunit load shapes")]
Length = Annotated[str, typer.Option("--for", help="When it stops by itself, at most 1h.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same shoppers.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(commands, name="load")


@commands.command()
def start(
    rate: Rate = None,
    journey: Journeys = None,
    users: Users = None,
    browsers: Browsers = 0,
    shape: ShapeOf = "constant",
    length: Length = "10m",
    seed: Seed = 7,
) -> None:
    """Start load, in place of what runs; it stops by itself."""
    spec = _spec(rate, journey or [], users)
    spec |= {"shape": request.shape(shape), "seconds": round(request.seconds(length)), "seed": seed}
    if browsers:
        spec["browsers"] = browsers
    with find().lab() as lab:
        lab.start_load(spec)
    typer.echo(f"Load runs for {length}. Watch it: whodunit load status · End it: whodunit load stop")


@commands.command()
def stop() -> None:
    """Stop the load; its results stay."""
    with find().lab() as lab:
        lab.stop_load()
    typer.echo("The load is stopped. Its results: whodunit load status")


@commands.command()
def status(as_json: AsJson = False) -> None:
    """Show what the load generator measures."""
    with find().lab() as lab:
        state = lab.load()
    if as_json:
        typer.echo(json.dumps(state, indent=2))
        return
    Screen().print(page(state))


@commands.command()
def shapes(as_json: AsJson = False) -> None:
    """List the ways in which load may change over time."""
    if as_json:
        typer.echo(json.dumps(request.SHAPES, indent=2))
        return
    table = Table("--shape", "what happens", box=None, pad_edge=False)
    for shape, meaning in request.SHAPES.items():
        table.add_row(shape, meaning)
    Screen().print(table)


def _spec(rate: float | None, journeys: list[str], users: int | None) -> dict[str, Any]:
    if users is None:
        return {"arrival": "open", "rates": request.rates(rate, journeys)}
    if rate is not None:
        raise WrongUseError("Either a rate or a number of people.", "Leave out --rate or --users.")
    mix = {"mix": request.rates(None, journeys)} if journeys else {}
    return {"arrival": "users", "users": users, **mix}
