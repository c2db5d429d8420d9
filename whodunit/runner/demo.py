"""`whodunit demo`: the worked example, told in under five minutes, with a check of the books at its end."""

import os
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from whodunit.counted import counted
from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.incident.loader import Case
from whodunit.incident.result import CheckResult, PhaseResult, ScenarioResult
from whodunit.runner.events import Witness, written
from whodunit.runner.of_terminal import announce
from whodunit.runner.ports import PhaseStart
from whodunit.runner.session import Session, connect
from whodunit.runner.story import Story
from whodunit.runner.stuck import first_stuck
from whodunit.runner.verification import verify

SLUG = "checkout-hangs"
READING_S = 6.0
"""Time to read an exhibit, on a terminal and without `--step`."""

CAUSE = (
    "payment takes a database connection and keeps it while the gateway thinks. "
    "Busy hours ask for more connections than its pool has; payments wait in line, time out, and try again."
)
WAITING = "pool-wait"
"""The check that names the true culprit."""

HEADLINES = {
    "steady": "An ordinary hour: people shop",
    "expect": "Customer care calls. What do the metrics, the traces and the logs say?",
    "clear": "And now the cause itself is taken away",
    "recover": "All clear?",
}
BEHIND_THE_SCENES = ("precheck", "baseline")
SETTLE_S = 30.0

NEXT = (
    ("whodunit scenario run checkout-hangs/gateway-slow --step", "the same symptoms, another cause"),
    ("whodunit scenario verify {slug} --remedies", "prove everything again, by machine"),
    ("whodunit traces --service payment --min 5s", "look around in what was recorded"),
    ("whodunit down", "close the shop"),
)


def demonstrate(home: Home, console: Console, *, step: bool, browser: bool = True) -> bool:
    """Run the demonstration; True if every check and the books held. The shop stays up.

    The desk shows it beside the terminal; with `browser` it is opened where there is a screen.
    """
    case = catalogue.find(SLUG)
    console.print("[bold]Whodunit[/]: a worked example. A shop breaks, the evidence is followed, the repair is proved.")
    session = connect(home, start=True)
    console.print(Panel.fit(f"Shop open: [bold]{session.shop_url}[/]", style="green"))
    demo = Demo(console, session, case, step=step)
    with closing(demo), on_the_desk(session, case, demo, browser=browser and console.is_terminal) as witness:
        result, folder = verify(session, case, witness, case.scenario.remedies[:1])
        witness.ended(result)
        demo.ended(result, folder)
    sound = audit(console, session)
    next_steps(console, case.slug)
    return result.passed and sound


@contextmanager
def on_the_desk(session: Session, case: Case, demo: "Demo", *, browser: bool) -> Iterator[Witness]:
    """A witness that tells the demo, and the page of a run at the desk; prints the page's address.

    The page reads a file of this machine, so of a stack only the terminal tells.
    """
    told = Told(demo)
    if session.mode != "lite":
        yield told
        return
    address = f"{session.status['desk']}cases/run"
    announce(session.home, os.getpid())
    session.client.follow_run(case.name)  # first: the file may be that of a run which the lab has started
    with written(session.home.hosted_run_file, told) as events:
        opened = browser and has_screen() and webbrowser.open(address)
        demo.console.print(f"Beside this, in a browser{' (opened)' * opened}: [bold]{address}[/]")
        yield events


def has_screen() -> bool:
    """True if a browser would open in a window, and not in this terminal."""
    return sys.platform in {"darwin", "win32"} or any(os.environ.get(each) for each in ("DISPLAY", "WAYLAND_DISPLAY"))


class Told:
    """Passes what happens on to a demo, whose end is told with the folder of the run."""

    def __init__(self, demo: "Demo") -> None:
        self.phase_started, self.sampled = demo.phase_started, demo.sampled
        self.check_decided, self.phase_ended = demo.check_decided, demo.phase_ended

    def ended(self, result: ScenarioResult) -> None:
        """Nothing yet."""


class Demo(Story):
    """The story with a customer in it."""

    def __init__(
        self, console: Console, session: Session, case: Case, *, step: bool, reading_s: float = READING_S
    ) -> None:
        super().__init__(console, session, case, step=step, reading_s=reading_s)
        self._broken: datetime | None = None

    def phase_started(self, phase: PhaseStart) -> None:
        """Print a headline of the demonstration's own; none for what is measured before anything happens."""
        if phase.name not in BEHIND_THE_SCENES:
            super().phase_started(PhaseStart(phase.name, _headline(phase), phase.within_s))

    def sampled(self, results: Sequence[CheckResult], seconds: float) -> None:
        """Update the dashboard, and look for the first order that hangs."""
        super().sampled(results, seconds)
        if self._broken:
            self._look_for_stuck(self._broken)

    def phase_ended(self, result: PhaseResult) -> None:
        """Print the checks; after steady also their values in one line."""
        if result.phase in BEHIND_THE_SCENES and result.passed:
            return
        super().phase_ended(result)
        if result.phase == "steady" and result.passed:
            said = ", ".join(f"{check.title.lower()} ({_number(check)})" for check in result.checks)
            self.console.print(f"[bold green]Healthy:[/] {escape(said)}.")
        if result.phase == "fault":
            self._broken = result.started

    def show_healthy(self, quiet: PhaseResult) -> None:
        """Show that the gateway, the first suspect, is healthy, and the check that names the cause."""
        self.console.print("\n[bold]Why the gateway is innocent[/]: its calls are as quick as ever")
        self.exhibits.healthy(quiet)
        waiting = [check for check in (self.expected.checks if self.expected else ()) if check.id == WAITING]
        for check in waiting:
            self.console.print(f"[bold]Payment waits before it calls[/]: {escape(check.message)}")
            self.exhibits.query(check.query, check.link)
        self.console.print(f"\n[bold]So[/]: {CAUSE}")

    def ended(self, result: ScenarioResult, folder: Path) -> None:
        """Print the verdict."""
        super().ended(result, folder)
        if result.passed:
            self.console.print("[bold green]All clear.[/]")

    def _look_for_stuck(self, since: datetime) -> None:
        order = first_stuck(self.session, since, datetime.now(UTC))
        if order:
            self._broken = None
            self.console.print(
                f"  [bold red]Order no. {order.number} hangs in processing.[/] {order.link}\n"
                f"  [dim]log in as {order.email} to see it[/]"
            )


def _headline(phase: PhaseStart) -> str:
    if phase.name == "fault":
        return f"Now {phase.about}."
    return HEADLINES.get(phase.name, f"The repair, while the cause is still there: {phase.about}")


def _number(check: CheckResult) -> str:
    """The observed value alone, without its source and the bounds."""
    return check.message.split(", expected")[0].split(": ")[-1]


def audit(console: Console, session: Session) -> bool:
    """Print the audit; True if no order was lost, no customer charged twice, no stock leaked."""
    found = session.client.audit(SETTLE_S)
    held = bool(found["held"])
    console.print(
        f"[bold {'green' if held else 'red'}]{counted(found['lost'], 'order')} lost[/] of {found['orders']}, "
        f"{found['double_charged']} charged twice, stock difference {found['stock_difference']}, "
        f"{found['stuck']} stuck."
    )
    return held


def next_steps(console: Console, slug: str) -> None:
    """Print commands to try next."""
    console.print("\nThat was a worked example; the shop is still open. Try next:")
    for command, why in NEXT:
        console.print(f"  [bold]{command.format(slug=slug)}[/]  [dim]{why}[/]")
    console.print("\nSame complaint again. Same culprit? [bold]whodunit mystery start[/]")
