"""`whodunit class open | start | status | end | hand-in | results | close` of a leader, `join | leave` of a student."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from whodunit.classroom import screen
from whodunit.classroom.schemas import LOOPBACK, USUAL_PORT
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.lab.target import find
from whodunit.mystery.commands import AsJson, Leader
from whodunit.mystery.schemas import LONGEST_MIN, SHORTEST_MIN, USUAL_MIN
from whodunit.reading import NotTextError, read_text
from whodunit.runner.session import connect
from whodunit.terminal import Screen


def group() -> typer.Typer:
    """The commands of classes whose labs are wherever students are."""
    found = typer.Typer(no_args_is_help=True, help="Play one mystery in many labs: lead a class, or attend one.")
    for command in (open_class, join, start, status, end, hand_in, results, close, leave):
        found.command(command.__name__.removesuffix("_class").replace("_", "-"))(command)
    return found


def open_class(
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same incident.")] = None,
    level: Annotated[int | None, typer.Option(min=1, max=3, help="How hard; any if left out.")] = None,
    minutes: Annotated[float, typer.Option(min=SHORTEST_MIN, max=LONGEST_MIN, help="How long it lasts.")] = USUAL_MIN,
    leader: Leader = "",
    listen: Annotated[str, typer.Option(help="The address that students reach; 0.0.0.0 for all of them.")] = LOOPBACK,
    port: Annotated[int, typer.Option(min=1024, max=65535)] = USUAL_PORT,
    as_json: AsJson = False,
) -> None:
    """Open a class, and print what students type to join it. A shop is started if none runs."""
    wanted = {"seed": seed, "level": level, "minutes": minutes, "leader": leader, "listen": listen, "port": port}
    with connect(Home.locate(), start=True).client as lab:
        _show(lab.classroom("POST", "", wanted), as_json)


def join(
    address: Annotated[str, typer.Argument(help="As the leader's page shows it: http://192.168.1.5:8079")],
    code: Annotated[str, typer.Argument(help="The code beside it.")],
    name: Annotated[str, typer.Option(help="As the class shall see it; a group may have one.")],
    as_json: AsJson = False,
) -> None:
    """Join a class: its mystery begins here when the leader starts it. A shop is started if none runs."""
    with connect(Home.locate(), start=True).client as lab:
        body = {"address": address, "code": code, "name": name}
        _show(lab.classroom("POST", "/attendance", body), as_json)


def start(as_json: AsJson = False) -> None:
    """Start the mystery in every lab that has joined, and in those that join later."""
    _ask("POST", "/start", as_json)


def status(as_json: AsJson = False) -> None:
    """Show who is where, or this lab's own place in a class."""
    _ask("GET", "", as_json)


def end(as_json: AsJson = False) -> None:
    """End the class: no more answers, and the results may be seen."""
    _ask("POST", "/end", as_json)


def close(as_json: AsJson = False) -> None:
    """Delete the class with everything handed in. Save the results first: whodunit class results --csv"""
    _ask("DELETE", "", as_json)


def leave(as_json: AsJson = False) -> None:
    """Leave the class that this lab attends; a mystery that runs goes on."""
    _ask("DELETE", "/attendance", as_json)


def hand_in(files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Hand-ins.", exists=True)]) -> None:
    """Take hand-ins that reached the leader by hand; exit code 2 when one of them is none."""
    wrong = False
    with find().lab() as lab:
        for file in files:
            try:
                told = lab.classroom("POST", "/hand-ins", {"name": file.stem[:40], "text": _text(file)})
                screen.taken(Screen(), file, told["name"])
            except LabError as error:
                screen.refused(Screen(), file, error)
                wrong = True
    raise typer.Exit(WrongUseError.default_exit_code if wrong else 0)


def results(
    csv: Annotated[bool, typer.Option("--csv", help="One line for each, for a spreadsheet.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the marks, what was guessed, and what each missed; refused before the end."""
    with find().lab() as lab:
        if csv:
            typer.echo(lab.class_results(), nl=False)
        elif as_json:
            typer.echo(json.dumps(lab.classroom("GET", "/results"), indent=2))
        else:
            screen.results(Screen(), lab.classroom("GET", "/results"))


def _ask(method: str, path: str, as_json: bool) -> None:
    with find().lab() as lab:
        _show(lab.classroom(method, path), as_json)


def _show(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    else:
        screen.told(Screen(), told)


def _text(file: Path) -> str:
    try:
        return read_text(file)
    except (OSError, NotTextError) as error:
        raise WrongUseError(f"It cannot be read: {error}.", "A hand-in is hand-in.json.") from error
