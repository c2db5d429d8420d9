"""`whodunit scenario list | show | run | verify` and `whodunit demo`."""

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.incident.applicable import is_proved_on, lacking
from whodunit.incident.loader import Case
from whodunit.lab.active_mystery import played
from whodunit.lab.target import find
from whodunit.lab.wanted import Kind
from whodunit.mystery.odds_commands import odds
from whodunit.runner import listing
from whodunit.runner.events import written
from whodunit.runner.keeping import kept_in
from whodunit.runner.progress import Progress
from whodunit.runner.session import Session, connect
from whodunit.runner.verification import Sealing, outages_for, verify
from whodunit.runs.docs_commands import docs
from whodunit.runs.junit import write_junit
from whodunit.runs.matrix_commands import matrix
from whodunit.terminal import Screen

DID_NOT_HOLD = 1
PIPED_WIDTH = 120

EACH_LASTS_S = 75.0
"""Fifteen points of each metric, which services export every 5 s."""

NOT_HERE = {
    Kind.LITE: ("in the lite shop", "Start the stack (docker compose up --wait), then add --target stack."),
    Kind.STACK: ("on the stack", "Add --target lite."),
}
"""Where a case is not proved, and how to go to where it is."""

Which = Annotated[
    str, typer.Argument(metavar="SLUG[/CAUSE]|FOLDER", help="A scenario of the list, or a folder with one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
WithRemedies = Annotated[
    bool, typer.Option("--remedies", help="Also show that each remedy works while the fault is on.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of scenarios."""
    group = typer.Typer(no_args_is_help=True, help="Incidents: list them, watch one happen, prove one.")
    group.command("list")(list_)
    group.command("show")(show)
    group.command("run")(run)
    group.command("verify")(verify_)
    group.command("matrix")(matrix)
    group.command("odds")(odds)
    app.add_typer(group, name="scenario")
    app.command("demo")(demo)
    app.command("docs")(docs)
    app.command("record")(record)


def list_(as_json: AsJson = False) -> None:
    """The scenarios that come with the program."""
    cases = catalogue.bundled()
    if as_json:
        typer.echo(json.dumps([listing.as_json(case) for case in cases], indent=2))
    else:
        listing.print_list(_screen(), cases)


def show(
    which: Which,
    as_json: AsJson = False,
    hints: Annotated[bool, typer.Option("--hints", help="With the hints, cheapest first.")] = False,
) -> None:
    """One scenario: its story, its symptoms, its remedies. Refused while a mystery runs."""
    if played():
        raise WrongUseError("A mystery runs: its incident is one of these.", "A hint: whodunit mystery hint")
    case = catalogue.find(which)
    if as_json:
        typer.echo(json.dumps({"name": case.name, "slug": case.slug} | case.scenario.model_dump(mode="json"), indent=2))
    else:
        listing.print_case(_screen(), case, hints=hints)


def run(
    which: Which,
    step: Annotated[bool, typer.Option("--step", help="Wait for a key between the steps.")] = False,
    remedies: WithRemedies = False,
) -> None:
    """Watch a scenario happen, step by step, with the evidence as it comes."""
    case = catalogue.find(which)
    console = _screen()
    session = _open(case)
    from whodunit.runner.story import Story  # noqa: PLC0415  verify and list need no views

    story = Story(console, session, case, step=step)
    with closing(story):
        story.begin()
        result, folder = verify(session, case, story, case.scenario.remedies if remedies else [])
        story.ended(result, folder)
    raise typer.Exit(0 if result.passed else DID_NOT_HOLD)


def verify_(
    which: Which,
    as_json: AsJson = False,
    remedies: WithRemedies = False,
    sealed: Annotated[
        bool, typer.Option("--sealed", help="As in a mystery: the flag file sealed, the onset by itself.")
    ] = False,
    junit_file: Annotated[
        Path | None, typer.Option("--junit", help="Write the JUnit file here too.", dir_okay=False)
    ] = None,
    events_file: Annotated[
        Path | None, typer.Option("--events", help="Write what happens here, a line of JSON each.", dir_okay=False)
    ] = None,
) -> None:
    """Prove a scenario: exit code 0 only if every check of every phase held."""
    if sealed and remedies:
        raise WrongUseError("In a mystery a remedy stays in force: --sealed shows none.", "Leave out one of the two.")
    with written(events_file, Progress(_screen(stderr=as_json))) as witness:
        case = catalogue.find(which)
        chosen, sealing = case.scenario.remedies if remedies else [], _sealing() if sealed else None
        result, folder = verify(_open(case), case, witness, chosen, sealing)
        witness.ended(result)
    if junit_file:
        write_junit(result, junit_file)
    typer.echo(json.dumps(result.as_json(), indent=2) if as_json else f"Kept in {folder}")
    raise typer.Exit(0 if result.passed else DID_NOT_HOLD)


def record(
    which: Which,
    remedies: WithRemedies = False,
    dataset: Annotated[
        bool, typer.Option("--dataset", help=f"{EACH_LASTS_S:g} s of health and as much of trouble, or more.")
    ] = False,
    into: Annotated[Path, typer.Option("--into", help="The folder to put it in.", file_okay=False)] = Path(),
) -> None:
    """Prove a scenario, and keep the run: telemetry as Parquet, the load's results, the ledger apart."""
    case = catalogue.find(which)
    progress = Progress(_screen())
    session = _open(case)
    if session.store_url is None:
        raise WrongUseError(
            "This stack has no store from which a run could be kept.",
            "Set LOG_STORE=store in .env, or record in lite mode: whodunit --target lite record …",
        )
    chosen, each_lasts_s = case.scenario.remedies if remedies else [], EACH_LASTS_S if dataset else 0.0
    result, folder = verify(session, case, progress, chosen, each_lasts_s=each_lasts_s)
    progress.ended(result)
    typer.echo(f"Kept in {kept_in(folder, into)}")
    raise typer.Exit(0 if result.passed else DID_NOT_HOLD)


def _open(case: Case) -> Session:
    """The shop to run it against; a lite one is started if need be. Refuses before that what cannot happen there."""
    kind = find().kind
    if not is_proved_on(case.scenario, kind):
        here, elsewhere = NOT_HERE[kind]
        raise LabError(f"{case.name} does not happen {here}.", elsewhere)
    outages_for(case)
    if (absent := lacking(case.scenario)) and kind is Kind.LITE:
        raise LabError("Nobody can come with a browser.", absent)
    return connect(Home.locate(), start=True)


def demo(
    step: Annotated[bool, typer.Option("--step", help="Wait for a key between the steps.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser beside it.")] = False,
) -> None:
    """A worked example: one incident from the first stuck order to the all-clear, in under five minutes."""
    from whodunit.runner.demo import demonstrate  # noqa: PLC0415  verify and list need no demo

    raise typer.Exit(0 if demonstrate(Home.locate(), _screen(), step=step, browser=not no_browser) else DID_NOT_HOLD)


def _sealing() -> Sealing:
    from whodunit.mystery.staging import Sealed  # noqa: PLC0415  what is verified in the open needs no mysteries

    return Sealed


def _screen(*, stderr: bool = False) -> Console:
    """The terminal; a pipe is as wide as a wide terminal."""
    found = Screen(stderr=stderr)
    return found if found.is_terminal else Screen(stderr=stderr, width=PIPED_WIDTH)
