"""`make bench-stack`: how long the stack takes to start, and how much memory each program takes. About four minutes.

The programs as processes; and as containers, where `docker compose up` runs: those are stopped and started, and stand
still while the processes are measured.
"""

import sys
from contextlib import nullcontext
from time import sleep
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench import containers
from bench.containers import Containers
from bench.shop import MEGABYTE
from bench.start_and_memory import LOAD_S
from tests.stack.harness.stack import native_stack
from tests.stack.tools.location import missing
from tests.stack.tools.programs import ALL

START_BUDGET = "45 / 30 s"
MEMORY_BUDGET = "2147 / 1611 MB"
"""2 and 1.5 GiB."""

NOT_MEASURED = "not measured"
COULD_NOT_RUN = 3


class Processes(NamedTuple):
    """Seconds to the first order, first and with state in place; bytes by program under the default load (PSS)."""

    first_s: float
    warm_s: float
    memory_bytes: dict[str, int]


def main() -> int:
    """Print the table; progress goes to stderr."""
    progress = Console(stderr=True)
    absent = missing(ALL)
    if absent:
        progress.print(f"Needs real programs ({', '.join(absent)}); get them: make stack-tools")
        return COULD_NOT_RUN
    contained = _containers(progress) if containers.run() else None
    with containers.stopped() if contained else nullcontext():
        processes = _processes(progress)
    Console(width=100).print(_table(processes, contained))
    return 0


def _processes(progress: Console) -> Processes:
    with native_stack() as stack:
        progress.print("processes: first start…")
        first = stack.start()
        stack.stop()
        progress.print("processes: warm start…")
        warm = stack.start()
        progress.print(f"processes: {LOAD_S:.0f} s of the default load…")
        sleep(LOAD_S)
        return Processes(first, warm, stack.memory_bytes())


def _containers(progress: Console) -> Containers:
    progress.print("containers: warm start…")
    warm = containers.restart()
    progress.print(f"containers: {LOAD_S:.0f} s of the default load…")
    sleep(LOAD_S)
    return Containers(warm, containers.memory_bytes())


def _table(processes: Processes, contained: Containers | None) -> Table:
    caption = None if contained else "Containers are measured where `docker compose up` runs."
    table = Table("what", "processes", "containers", "must / aim", caption=caption, caption_justify="left")
    table.add_row("first start to the first order", f"{processes.first_s:.1f} s", NOT_MEASURED)
    warm = f"{contained.warm_s:.1f} s" if contained else NOT_MEASURED
    table.add_row("warm start to the first order", f"{processes.warm_s:.1f} s", warm, START_BUDGET)
    held = contained.memory_bytes if contained else {}
    total = sum(processes.memory_bytes.values()), sum(filter(None, held.values()))
    table.add_row("memory after 2 min of the default load", *map(_shown, total), MEMORY_BUDGET)
    for name in sorted({*processes.memory_bytes, *held}):
        table.add_row(f"  {name}", _shown(processes.memory_bytes.get(name)), _shown(held.get(name)))
    return table


def _shown(held: float | None) -> str:
    return f"{held / MEGABYTE:.0f} MB" if held else NOT_MEASURED


if __name__ == "__main__":
    sys.exit(main())
