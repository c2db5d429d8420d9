"""The page that `whodunit status` prints for a stack."""

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from whodunit.lab.answers import LabStatus, LoadState, ProgramStatus
from whodunit.legible import one_line

NEXT = (
    ("whodunit scenario run checkout-hangs", "watch it break, and see the proof"),
    ("whodunit load status", "what the load generator sees"),
    ("whodunit reset", "clean up for the next group"),
    ("docker compose down", "close everything; orders are kept"),
)


def show(console: Console, status: LabStatus) -> None:
    """Print the page."""
    console.print(Group(_headline(status), _containers(status), _links(status), Text(), _next_steps()))


def waiting_for(status: LabStatus) -> list[str]:
    """The containers that are not ready; one that was left out is not waited for."""
    rows = [*status["services"], *status["backends"]]
    return [row["name"] for row in rows if not row["ready"] and row["state"] != "left out"]


def _headline(status: LabStatus) -> RenderableType:
    late = waiting_for(status)
    if late:
        return Panel.fit(Text(f"Not ready: {', '.join(late)}"), style="yellow")
    shop = status["links"]["shop"]
    return Panel.fit(Text.assemble("Shop open: ", (shop, f"bold link {shop}")), style="green")


def _containers(status: LabStatus) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("container", no_wrap=True)
    table.add_column("state")
    table.add_column("its log", no_wrap=True, style="dim")
    for row in [*status["services"], *status["backends"]]:
        is_fine = row["ready"] or row["state"] == "left out"
        table.add_row(row["name"], Text(_state(row), style="green" if is_fine else "bold red"), row["log"])
    return table


def _state(row: ProgramStatus) -> str:
    reason = row.get("reason")
    return f"{row['state']}: {one_line(reason)}" if reason else row["state"]


def _links(status: LabStatus) -> RenderableType:
    lines = Table.grid(padding=(0, 2))
    lines.add_row()
    for name, link in status["links"].items():
        lines.add_row("load page" if name == "load" else name, link)
    lines.add_row("load", _load(status["load"]))
    return lines


def _load(load: LoadState | None) -> str:
    if not load or not load["running"]:
        return "none runs"
    return "the light load runs" if load.get("light") else "runs"


def _next_steps() -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for command, meaning in NEXT:
        table.add_row(Text(command, style="bold cyan"), Text(meaning, style="dim"))
    return Group(Text("Next:", style="bold"), table)
