"""The run that the lab has started, watched while it happens: each check as it turns, and the way to stop it."""

from datetime import datetime

from starlette.responses import Response

from whodunit.desk.asked import Answer, Asked, command, see
from whodunit.desk.cases.progress import phases
from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.lab.run_answers import HostedRun

REFRESH_S = 2
"""A run evaluates its checks every second."""


def page(asked: Asked) -> Answer:
    """The run as far as it has come; raises LabError, and WrongUseError when there was none."""
    with asked.source.lab() as lab:
        run = lab.hosted_run()
    if run is None:
        raise WrongUseError("No case was run since this lab began.", "Choose one: Cases, at the top")
    case = catalogue.find(run["case"])
    shown = {
        "run": run,
        "started": datetime.fromisoformat(run["started"]),
        "case": case,
        "phases": phases(run, case, asked.place),
        "verdict": verdict(run),
        "refresh_s": REFRESH_S,
    }
    told = command("scenario", "verify", case.name, "--remedies" if run["remedies"] else None)
    return Answer("cases/run.html", case.scenario.title, told, "", shown)


def start(asked: Asked) -> Response:
    """Have the lab run a case; the page of the run follows it."""
    with asked.source.lab() as lab:
        lab.start_run(asked.one("case"), remedies=bool(asked.one("remedies")))
    return see(asked.place.to("cases/run"))


def stop(asked: Asked) -> Response:
    """Ask the run to stop; its page tells when it has."""
    with asked.source.lab() as lab:
        lab.stop_run()
    return see(asked.place.to("cases/run"))


def verdict(run: HostedRun) -> tuple[str, str]:
    """The state of a run as a class and a sentence."""
    if run["is_running"]:
        return "pending", "Stopping: faults are taken back" if run["is_stopping"] else _going_on(run)
    if run["outcome"] and run["outcome"]["passed"]:
        return "fine", f"Passed in {run['outcome']['seconds']:.0f} s: every check of every phase held"
    if run["outcome"]:
        return "firing", f"Did not pass, in {run['outcome']['seconds']:.0f} s"
    return "firing", run["failure"]["message"] if run["failure"] else "It has ended"


def _going_on(run: HostedRun) -> str:
    return f"Running: {run['phases'][-1]['phase']}" if run["phases"] else "Begins: the shop is asked how it is"
