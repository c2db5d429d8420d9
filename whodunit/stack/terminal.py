"""The lab's output under `docker compose up`: how many containers are ready, then one box."""

from collections.abc import Container, Mapping, Sequence

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from whodunit.errors import LabError
from whodunit.load.trial_order import TrialOrder
from whodunit.stack.watch import Seen
from whodunit.terminal import Screen

MOST_NAMES = 4
WIDTH = 78

NEXT = (
    ("whodunit scenario run checkout-hangs", "watch it break, and see the proof"),
    ("whodunit scenario list", "what can go wrong"),
    ("whodunit traces", "look at what happens inside"),
    ("docker compose down", "close everything; orders are kept"),
)
INSIDE = "docker compose exec lab"
TITLES = {"grafana": "Grafana", "jaeger": "Jaeger", "prometheus": "Prometheus", "load": "the load"}


def console() -> Console:
    """A console of fixed width: its output may be read through a log driver."""
    return Screen(width=WIDTH, highlight=False)


class Terminal:
    """A `Reporter` that prints each line once."""

    def __init__(self, screen: Console, links: Mapping[str, str]) -> None:
        """`links` are the pages of the stack, by name."""
        self._screen = screen
        self._links = links
        self._last_line = ""

    def waiting(self, seen: Sequence[Seen]) -> None:
        # The lab itself counts: it is one of the containers that `docker compose ps` lists.
        expected = [each for each in seen if not each.absent]
        missing = [each.part.title for each in expected if each.missing]
        self._print(f"{len(expected) + 1 - len(missing)}/{len(expected) + 1} ready, waiting for {_listed(missing)}")

    def not_yet(self, error: LabError) -> None:
        self._print(error.message)

    def opened(self, order: TrialOrder, seen: Sequence[Seen], seconds: float) -> None:
        absent = {each.part.name: each.part.title for each in seen if each.absent}
        lines = self._pages(without=absent)
        lines.add_row()
        lines.add_row("", f"order {order.number} completed in {order.seconds:.1f} s, {seconds:.0f} s after the start")
        for title in absent.values():
            lines.add_row("", f"{title} was left out")
        box = Group(lines, "", "Next:", _next_steps(), "", f"Without Python on this machine: {INSIDE} whodunit …")
        self._screen.print(Panel(box, title="Whodunit: the shop is open", width=WIDTH))

    def _pages(self, without: Container[str]) -> Table:
        lines = Table.grid(padding=(0, 2))
        lines.add_row(Text("everything", style="bold"), Text(self._links["shop"] + "/", style="bold"))
        for name, title in TITLES.items():
            if name not in without:
                lines.add_row(title, self._links[name])
        return lines

    def _print(self, line: str) -> None:
        if line != self._last_line:
            self._last_line = line
            self._screen.print(line, soft_wrap=True)


def _next_steps() -> Table:
    steps = Table.grid(padding=(0, 2))
    for command, meaning in NEXT:
        steps.add_row(Text(command, style="bold"), Text(meaning, style="dim"))
    return steps


def _listed(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMES:
        return f"{', '.join(names[: MOST_NAMES - 1])} and {len(names) - MOST_NAMES + 1} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "nothing"
