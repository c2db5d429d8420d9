"""`whodunit class up | cost | down` of a leader, on a server that holds the shops of all students."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.table import Table

from whodunit.classroom import commands as classroom
from whodunit.counted import counted
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.hosting import closing, cost, opening
from whodunit.hosting.handout import handout
from whodunit.hosting.roster import FIRST_PORT, Hosted, Place, Roster
from whodunit.mystery.commands import INTERRUPTED, AsJson
from whodunit.terminal import Screen

MOST_STUDENTS = 100
USUAL_S = 30.0


def register(app: typer.Typer) -> None:
    """Add the commands of classes, with those of a server."""
    group = classroom.group()
    for command in (up, cost_of, down):
        group.command(command.__name__.removesuffix("_of"), rich_help_panel="A server for all")(command)
    app.add_typer(group, name="class")


def up(
    students: Annotated[int, typer.Option(min=1, max=MOST_STUDENTS, help="How many shops there shall be.")],
    host: Annotated[str | None, typer.Option(help="As students reach this server; 0.0.0.0: any address.")] = None,
    port: Annotated[int, typer.Option(min=1024, max=65535, help="The first student's entrance.")] = FIRST_PORT,
    as_json: AsJson = False,
) -> None:
    """Open a shop for each student on this server, all in one class, and print addresses and tokens to hand out.

    Again, it prints them again, and opens what has ended, or shops for more students.
    """
    hosted, console = Hosted(Home.locate()), Screen(stderr=as_json)
    with console.status("Opening the leader's shop…") as spinner, _kept_on_interrupt():
        roster = opening.up(hosted, students, host, port, lambda place, of: spinner.update(_opening(place, of)))
        hosted.write_handout(handout(roster))
    _print(hosted, roster, as_json)


def down() -> None:
    """End all students' shops and the class, and delete what is theirs. Refused while there are hand-ins."""
    console = Screen()
    with console.status("Ending the students' shops…"):
        ended = closing.down(Hosted(Home.locate()))
    console.print(f"{counted(ended, 'shop')} ended and deleted." if ended else "No student's shop was here.")


def cost_of(
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long to watch.")] = USUAL_S,
    as_json: AsJson = False,
) -> None:
    """Measure what each student's shop takes of this server, and so what one more would."""
    console = Screen(stderr=as_json)
    with console.status(f"Watching for {seconds:g} s…"):
        found = cost.costs(Hosted(Home.locate()), seconds)
    if as_json:
        typer.echo(json.dumps([vars(each) for each in found], indent=2))
    else:
        _print_costs(console, found)


@contextmanager
def _kept_on_interrupt() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        hint = "Go on: the same command again · end all of them: whodunit class down"
        raise LabError("Interrupted: the shops that are open stay open.", hint, INTERRUPTED) from None


def _opening(place: Place, of: int) -> str:
    return f"Opening the shop of {place.name}, of {of} …"


def _print(hosted: Hosted, roster: Roster, as_json: bool) -> None:
    rows = [{"name": each.name, "address": roster.address(each), "token": each.token} for each in roster.places]
    if as_json:
        typer.echo(json.dumps({"students": rows, "handout": str(hosted.handout)}, indent=2))
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("student", "address", "token"):
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*row.values())
    console = Screen()
    console.print(table)
    console.print(f"To print and cut: {hosted.handout}", soft_wrap=True)
    console.print(
        "Start the mystery for everybody: [bold]whodunit class start[/] · who is where: [bold]whodunit class status[/]"
    )


def _print_costs(console: Screen, found: list[cost.Cost]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("student")
    for heading in ("programs", "memory", "cores"):
        table.add_column(heading, justify="right")
    for each in (*found, cost.of_one_more(found)):
        table.add_row(each.name, str(each.programs), f"{each.pss_bytes / 1e6:.0f} MB", f"{each.cores:.2f}")
    console.print(table)
