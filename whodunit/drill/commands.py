"""`whodunit drill restore`."""

import asyncio
import json
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from whodunit.drill.drill import Drill, Tell, Wanted
from whodunit.drill.keeping import DailyFile, Keeping
from whodunit.drill.measured import Measured
from whodunit.drill.objectives import bundled
from whodunit.drill.page import table
from whodunit.drill.programs import postgres_folder
from whodunit.drill.shop import AGAIN, SmallShop
from whodunit.durations import typed_duration_s
from whodunit.errors import LabError
from whodunit.launcher.ports import Reservations
from whodunit.terminal import Screen

MISSED = 1
INTERRUPTED = 130
OPTIONS = {"lost_data": "--rpo", "recovery": "--rto"}


class Engine(StrEnum):
    """What order's database is in."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


Keep = Callable[[SmallShop, Path, Reservations], Keeping]
"""Makes a way of keeping order's database of a small shop in a folder."""

commands = typer.Typer(no_args_is_help=True, help="Lose something on purpose, and measure what comes back.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(commands, name="drill", rich_help_panel="The shop")


@commands.callback()
def drill() -> None:
    """Lose something on purpose, and measure what comes back."""


@commands.command("restore")
def restore(
    engine: Annotated[
        Engine, typer.Option("--on", help="Order's database: SQLite knows one way to keep it, PostgreSQL three.")
    ] = Engine.SQLITE,
    day: Annotated[str, typer.Option(help="So long the drill's day takes: daily copies are so far apart.")] = "60s",
    rate: Annotated[float, typer.Option(min=0.1, max=20, help="Orders a second.")] = 2.0,
    lost_data: Annotated[str | None, typer.Option("--rpo", help="Most data that may be lost.")] = None,
    recovery: Annotated[str | None, typer.Option("--rto", help="Longest time until all books agree.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document for scripts.")] = False,
) -> None:
    """Lose order's database, restore it, rebuild the rest, and measure: data lost (RPO), time to recovery (RTO).

    The drill opens a small shop of its own in a temporary folder; a shop that runs is left alone.
    Exit code 0 when the objectives are met and the books agree, 1 when not, 3 when it could not run.
    """
    wanted = Wanted(_seconds("--day", day), rate)
    asked = {name: text for name, text in (("lost_data", lost_data), ("recovery", recovery)) if text}
    limits = {name: _seconds(OPTIONS[name], text) for name, text in asked.items()}
    objectives = bundled().model_copy(update=limits)
    measured = _run(_ways(engine), wanted, Screen(stderr=True))
    if as_json:
        results = [each.as_json(objectives) for each in measured]
        typer.echo(json.dumps({"objectives": objectives.model_dump(), "measured": results}, indent=2))
    else:
        Screen().print(table(measured, objectives))
    if any(each.misses(objectives) for each in measured):
        raise typer.Exit(MISSED)


def _ways(engine: Engine) -> Sequence[Keep]:
    if engine is Engine.SQLITE:
        return [lambda _shop, folder, _reservations: DailyFile(folder)]
    programs = postgres_folder()
    if programs is None:
        raise LabError("PostgreSQL's server programs are not installed.", "Get them: apt install postgresql")
    from whodunit.drill.postgresql import WAYS  # noqa: PLC0415 - not on Windows
    from whodunit.drill.servers import Servers  # noqa: PLC0415

    def on_server(way: Callable[[Servers], Keeping]) -> Keep:
        return lambda shop, folder, ports: way(Servers(programs, folder, ports, shop.processes))

    return [on_server(way) for way in WAYS]


def _run(ways: Sequence[Keep], wanted: Wanted, console: Console) -> list[Measured]:
    with console.status("") as status:
        try:
            return [asyncio.run(_until_terminated(_measured(way, wanted, status.update))) for way in ways]
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise LabError("Interrupted: what the drill started is stopped.", AGAIN, INTERRUPTED) from None


async def _until_terminated(work: Coroutine[None, None, Measured]) -> Measured:
    """SIGTERM ends the work as Ctrl-C does, in order; Windows has no such signal."""
    task = asyncio.ensure_future(work)
    with suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


async def _measured(way: Keep, wanted: Wanted, tell: Tell) -> Measured:
    with TemporaryDirectory(prefix="whodunit-drill-") as name, Reservations() as reservations:
        folder = Path(name)
        shop = SmallShop(folder, reservations)
        try:
            keeping = way(shop, folder, reservations)
            return await Drill(shop, keeping, wanted, lambda doing: tell(f"{keeping.name}: {doing}…")).run()
        finally:
            await shop.close()


def _seconds(option: str, text: str) -> float:
    return typed_duration_s(text, f"For example: whodunit drill restore {option} 5m", option)
