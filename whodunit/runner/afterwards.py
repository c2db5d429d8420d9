"""What the demonstration ends with: the books are checked, and there is more to try."""

from rich.console import Console

from whodunit.counted import counted
from whodunit.runner.session import Session

SETTLE_S = 30.0

NEXT = (
    ("whodunit scenario run checkout-slow --step", "the same face, another cause"),
    ("whodunit scenario verify {slug} --remedies", "prove everything again, by machine"),
    ("whodunit traces --service payment --min 5s", "look around in what was recorded"),
    ("whodunit down", "close the shop"),
)


def audit(console: Console, session: Session) -> bool:
    """Whether no order was lost, no customer charged twice, no stock leaked; says so."""
    found = session.client.audit(SETTLE_S)
    held = bool(found["held"])
    console.print(
        f"[bold {'green' if held else 'red'}]{counted(found['lost'], 'order')} lost[/] of {found['orders']}, "
        f"{found['double_charged']} charged twice, stock difference {found['stock_difference']}, "
        f"{found['stuck']} stuck."
    )
    return held


def next_steps(console: Console, slug: str) -> None:
    """What to try."""
    console.print("\nThat was a worked example; the shop is still open. Try next:")
    for command, why in NEXT:
        console.print(f"  [bold]{command.format(slug=slug)}[/]  [dim]{why}[/]")
    console.print("\nSame complaint again. Same culprit? [bold]whodunit mystery start[/]")
