"""`whodunit load limit`."""

import json
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from whodunit.blocks import Table
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.lab.client import LabClient
from whodunit.lab.target import Target, find
from whodunit.lab.wanted import Kind
from whodunit.limit import comparison, folder
from whodunit.limit.document import Json
from whodunit.limit.hunt import Hunt
from whodunit.limit.loads import Mix, rate_text
from whodunit.limit.measurement import measured
from whodunit.limit.plan import CONSTANT, SHAPES, SPIKE, Plan
from whodunit.limit.report import percent, results, slopes
from whodunit.limit.targets import LATEST_S, Targets, Verdict
from whodunit.limit.trials import Trial, Trials, measured_here
from whodunit.load import commands as load_commands
from whodunit.load import request
from whodunit.terminal import Screen
from whodunit.views.units import with_unit

NONE_FOUND = 1
LOCAL = {"127.0.0.1", "::1", "localhost"}
MARKS = {Verdict.MET: "[green]✓[/]", Verdict.MISSED: "[red]✗[/]", Verdict.UNSURE: "[yellow]?[/]"}

Journeys = Annotated[
    list[str] | None,
    typer.Option("--journey", help="Only these journeys, in this proportion: buy=8. May be repeated; else the usual."),
]
Shapes = Annotated[
    list[str] | None,
    typer.Option("--shape", help=f"What to try: {', '.join(SHAPES)}. May be repeated; else constant and spike."),
]
Success = Annotated[float, typer.Option(help="The target: so many per cent of requests succeed.")]
P95 = Annotated[str, typer.Option(help="The target: 95 % of checkouts (without any: of requests) within this time.")]
Most = Annotated[float, typer.Option(help="The highest rate to try, in journeys per second.")]
By = Annotated[float, typer.Option(help="How finely rates are told apart, in journeys per second.")]
StepLength = Annotated[str, typer.Option("--step", help="How long one rate is measured.")]
Base = Annotated[float | None, typer.Option(help="The rate of spike, step and soak; half of X if left out.")]
SoakLength = Annotated[str, typer.Option("--for", help="How long a soak is measured.")]
Within = Annotated[str, typer.Option(help="When to stop, whatever is known by then.")]
Compare = Annotated[
    tuple[Path, Path] | None, typer.Option("--compare", metavar="A B", help="Compare two reports; nothing is measured.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands of load, this one among them."""
    load_commands.commands.command()(limit)
    load_commands.register(app)


def limit(  # noqa: PLR0913, PLR0917  each is an option
    journey: Journeys = None,
    shape: Shapes = None,
    success: Success = 99.99,
    p95: P95 = "750ms",
    most: Most = 48.0,
    by: By = 0.5,
    step: StepLength = "30s",
    base: Base = None,
    soak: SoakLength = "10m",
    within: Within = "30m",
    compare: Compare = None,
    as_json: AsJson = False,
) -> None:
    """Find the highest rate that meets the targets (X), the spike that the shop survives (Y), and what limits it.

    Exit code 0 when the measurement is complete, 1 when even the least rate misses the targets.
    """
    if compare:
        _compare(*compare, as_json=as_json)
        return
    plan = Plan(
        mix=Mix.of(request.rates(None, journey or [])),
        targets=Targets(success, request.seconds(p95)),
        shapes=shape or [CONSTANT, SPIKE],
        most=most,
        by=by,
        step_s=request.seconds(step),
        base=base,
        soak_s=request.seconds(soak),
    )
    plan.check()
    console, home = Screen(stderr=as_json), Home.locate()
    target = find()
    with target.lab() as lab:
        found, error = _measured(plan, target, lab, console, home, request.seconds(within))
    if error and not found["trials"]:
        raise error
    written = folder.write(home, found)
    _show(found, written, console, as_json=as_json)
    if error:
        raise LabError(error.message, f"{error.hint} What was measured: {written}", error.exit_code)
    if (found.get(CONSTANT) or {"value": 0})["value"] is None:
        raise typer.Exit(NONE_FOUND)


def _measured(
    plan: Plan, target: Target, lab: LabClient, console: Console, home: Home, within_s: float
) -> tuple[Json, LabError | None]:
    lab.pin()
    is_here = urlsplit(target.shop_url).hostname in LOCAL
    trials = Trials(
        lab,
        target.telemetry(),
        plan.targets,
        monotonic() + within_s,
        measured_here if is_here else None,
        told=lambda trial: console.print(_line(trial), soft_wrap=True),
    )
    hunt = Hunt(plan, trials, lambda: _disk(target, lab, home))
    return measured(hunt, lab, target.kind.value)


def _disk(target: Target, lab: LabClient, home: Home) -> Mapping[str, float]:
    """Bytes of the telemetry store, and of the databases where they are files."""
    store = lab.status()["store"]
    found = {"telemetry store": float(store["bytes"])} if store and "bytes" in store else {}
    if target.kind is Kind.LITE:
        for file in home.data_dir.glob("*.db*"):
            name = f"database {file.name.partition('.db')[0]}"
            found[name] = found.get(name, 0.0) + file.stat().st_size
    return found


def _line(trial: Trial) -> str:
    load, figures = trial.load, trial.figures
    rate = rate_text(load.rate, load.factor)
    p95 = "-" if figures.p95_s is None else with_unit(figures.p95_s, "s")
    failed = f"{figures.failures} of {figures.requests} failed, at most {percent(figures.failure_bound)}"
    late = f"  visitors came {with_unit(figures.late_s, 's')} late" if figures.late_s > LATEST_S else ""
    confirms = "  [dim]confirms[/]" if trial.confirms else ""
    return f"  {MARKS[trial.verdict]} {load.shape:8} {rate:>11}  p95 {p95:>6}  {failed}{late}{confirms}"


def _show(found: Json, written: Path, console: Console, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found | {"folder": str(written)}, indent=2))
        return
    for sentence in results(found):
        console.print(escape(sentence), soft_wrap=True)
    if found["slopes"]:
        console.print(_drawn(slopes(found["slopes"])))
    console.print(f"The report: {escape(str(written / 'report.html'))}", soft_wrap=True)


def _compare(before: Path, after: Path, *, as_json: bool) -> None:
    found = comparison.compared(folder.read(before), folder.read(after))
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    screen = Screen()
    screen.print(_drawn(comparison.table(found)))
    screen.print(comparison.sentence(found))


def _drawn(table: Table) -> Grid:
    drawn = Grid(*table.head, box=None, pad_edge=False)
    for row in table.rows:
        drawn.add_row(*map(escape, row))
    return drawn
