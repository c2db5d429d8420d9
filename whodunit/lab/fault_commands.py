"""`whodunit fault list | set | clear`."""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding

from whodunit.counted import counted
from whodunit.durations import format_duration, typed_duration_s
from whodunit.lab.target import find
from whodunit.terminal import Screen

commands = typer.Typer(no_args_is_help=True, help="Break the running shop on purpose, and repair it.")

Flags = dict[str, Any]
KINDS = {"fault": "Faults", "remedy": "Remedies", "product": "Features of the shop"}

Flag = Annotated[str, typer.Argument(help="A flag, as `whodunit fault list` names it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(commands, name="fault")


@commands.command("list")
def list_flags(as_json: Json = False) -> None:
    """Every flag, what it does, and whether it is in force."""
    with find().lab() as lab:
        flags, trouble = lab.faults(), lab.status().get("flags")
    if trouble:
        typer.echo(trouble, err=True)
    if as_json:
        typer.echo(json.dumps(flags, indent=2))
        return
    Screen().print(_page(flags))


@commands.command("set")
def set_flag(
    flag: Flag,
    variant: Annotated[str, typer.Argument(help="The variant to put in force.")],
    length: Annotated[str, typer.Option("--for", help="When it ends by itself, such as 90s or 10m.")] = "10m",
) -> None:
    """Put a variant in force; the services see it within two seconds, and it ends by itself."""
    seconds = typed_duration_s(length, "For example: --for 10m")
    with find().lab() as lab:
        lab.set_fault(flag, variant, seconds)
    typer.echo(f"{flag} is {variant} for {format_duration(seconds)}. End it now: whodunit fault clear {flag}")


@commands.command("clear")
def clear_flag(
    flag: Annotated[str | None, typer.Argument(help="The flag; all of them if left out.")] = None,
) -> None:
    """Switch one flag off, or all."""
    with find().lab() as lab:
        lab.clear_fault(flag)
    typer.echo(f"{flag or 'Every flag'} is off.")


def _page(flags: Iterable[Flags]) -> Group:
    return Group(*(line for kind, title in KINDS.items() for line in _of_kind(flags, kind, title)))


def _of_kind(flags: Iterable[Flags], kind: str, title: str) -> Iterator[RenderableType]:
    found = [flag for flag in flags if flag["kind"] == kind]
    if found:
        yield f"[bold]{title}[/bold]"
    for flag in found:
        yield Padding(f"{flag['key']}: {_in_force(flag)}", (0, 0, 0, 2))
        yield Padding(f"[dim]{flag['description']}{_answers(flag)}[/dim]", (0, 0, 0, 4))


def _in_force(flag: Flags) -> str:
    choices = " | ".join(flag["variants"])
    if flag["until"] is None:
        return f"{flag['variant']}  [dim]({choices})[/dim]"
    left = format_duration(max(0.0, flag["seconds_left"]))
    met = f"affected {counted(flag['affected'], 'request')}"
    return f"[bold]{flag['variant']}[/bold]{_comes(flag['schedule'])}, {left} left, {met}  [dim]({choices})[/dim]"


def _comes(schedule: dict[str, int] | None) -> str:
    if schedule is None:
        return ""
    return f", {format_duration(schedule['lasts_s'])} of every {format_duration(schedule['every_s'])}"


def _answers(flag: Flags) -> str:
    return f" Answers {', '.join(flag['answers'])}." if flag["answers"] else ""
