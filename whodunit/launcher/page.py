"""The page that `up` and `status` print for a lite shop."""

from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from whodunit.home import Home
from whodunit.lab.answers import LabStatus, ProgramStatus
from whodunit.launcher.start import programs

MEBIBYTE = 1 << 20
NEXT = (
    ("whodunit demo", "watch it break, and see the proof"),
    ("whodunit load start", "send shoppers"),
    ("whodunit scenario list", "what can go wrong"),
    ("whodunit traces", "look at what happens inside"),
    ("whodunit down", "close the shop"),
)


def show(console: Console, home: Home, status: LabStatus) -> None:
    """Print the page."""
    console.print(Group(_headline(status), _table(status), _places(home, status), Text(), _next_steps()))


def _headline(status: LabStatus) -> RenderableType:
    frontend = next(service for service in status["services"] if service["name"] == "frontend")
    if frontend["ready"]:
        return Panel.fit(
            Text("\n").join([_at("Shop open", frontend["url"]), _at("The desk", status["desk"])]), style="green"
        )
    return Panel.fit(Text("The shop is not open yet."), style="yellow")


def _at(what: str, url: str) -> Text:
    return Text.assemble(f"{what}: ", (url, "bold link " + url))


def _table(status: LabStatus) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("service", no_wrap=True)
    table.add_column("address", no_wrap=True)
    table.add_column("pid", justify="right")
    table.add_column("memory", justify="right", no_wrap=True)
    table.add_column("state")
    for program in programs(status):
        table.add_row(*_row(program))
    return table


def _row(program: ProgramStatus) -> tuple[RenderableType, ...]:
    return (
        program["name"],
        program["url"],
        str(program["pid"] or "-"),
        _mebibytes(program["pss_bytes"]),
        Text(_state(program), style="green" if program["ready"] else "bold red"),
    )


def _state(program: ProgramStatus) -> str:
    answers = program["ready"] or program["state"] != "ready"
    state = program["state"] if answers else "cannot write" if program.get("write_error") else "not answering"
    if program["restarts"]:
        state += f", restarted {program['restarts']}x ({program['last_exit']})"
    return str(state)


def _places(home: Home, status: LabStatus) -> RenderableType:
    lines = Table.grid(padding=(0, 2))
    lines.add_row("lab", f"{status['lab']['url']}  pid {status['lab']['pid']}")
    lines.add_row("memory", f"{_mebibytes(status['pss_bytes'])} all together, without load")
    lines.add_row("state", Text(_short(home.path)))
    lines.add_row("logs", Text(_short(home.logs_dir)))
    for name, folder in status.get("replaced", {}).items():
        lines.add_row("replaced", Text(f"{name} by {_short(Path(folder))}: its faults and remedies do nothing"))
    if flags := status.get("flags"):
        lines.add_row("flags", Text(flags, style="bold red"))
    if status["store"] and (error := status["store"].get("write_error")):
        lines.add_row("telemetry", Text(f"The store could not write: {error}", style="bold red"))
    for backend in status["copies_to"]:
        lines.add_row("telemetry", Text(f"in the store, and a copy to {backend}"))
    return lines


def _next_steps() -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for command, meaning in NEXT:
        table.add_row(Text(command, style="bold cyan"), Text(meaning, style="dim"))
    return Group(Text("Next:", style="bold"), table)


def _mebibytes(size: int | None) -> str:
    return "-" if size is None else f"{size / MEBIBYTE:.0f} MiB"


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
