"""The page that `replay` and `status` print of a run that is replayed."""

from datetime import datetime

from rich.console import Console
from rich.markup import escape

from whodunit.counted import counted
from whodunit.lab.answers import LabStatus, embedded_store
from whodunit.views.clock_time import to_the_second

NEXT = (
    *("alerts", "map", "traces --min 1s", "traces --status error", "logs --severity warn", "metrics"),
    *("sql '…'", "down"),
)


def show(console: Console, status: LabStatus) -> None:
    """Print the page."""
    store = embedded_store(status)
    console.print(f"[bold]{escape(status['title'])}[/]: a recorded run, moved in time so that it happens now.")
    begins, now = (to_the_second(datetime.fromisoformat(moment)) for moment in (status["begins"], status["now"]))
    console.print(f"It begins at {begins} with the shop in health, and stands still at {now}, however long you look.")
    console.print(
        f"{counted(store['spans'], 'span')}, {counted(store['logs'], 'log record')}, "
        f"{counted(store['metrics'], 'point of metrics', 'points of metrics')}."
    )
    console.print(f"The desk: [bold cyan]{status['desk']}[/]")
    console.print(f"Next: {' · '.join(f'[bold cyan]whodunit {escape(each)}[/]' for each in NEXT)}")
