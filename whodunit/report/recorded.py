"""A recorded run as the subject of a report."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Any

from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.loader import Case
from whodunit.incident.wording import flowing
from whodunit.report.evidence import Evidence
from whodunit.report.known import ALERTS, known, shown
from whodunit.report.subject import Fired, Moment, Recovered, Subject, Tried
from whodunit.runs.folders import AUDIT_FILE
from whodunit.runs.parquet import is_complete
from whodunit.runs.recorded_run import RecordedRun
from whodunit.runs.recorded_telemetry import RecordedTelemetry
from whodunit.telemetry.answers import Alert
from whodunit.telemetry.questions import Window

LEDGER_FILE = "ledger.jsonl"
REMEDY, RECOVER = "remedy ", "recover"
SWITCHING = {"set": "put in force", "clear": "ended", "expire": "ended by itself"}

Phases = Mapping[str, dict[str, Any]]


@contextmanager
def recorded(run: RecordedRun) -> Iterator[Subject]:
    """The subject; raises WrongUseError when the run kept no telemetry."""
    if not is_complete(run.folder):
        raise WrongUseError(f"{run.folder} kept no telemetry.", "Record one that does: whodunit record SLUG")
    phases: Phases = {phase["phase"]: phase for phase in run.result["phases"]}
    case = _case(run.name)
    with closing(run.telemetry()) as telemetry:
        yield Subject(
            title=str(run.result["title"]),
            complaint=flowing(case.scenario.story) if case else "",
            source=f"recorded run of {run.name}",
            telemetry=telemetry.at(run.end),
            before=Window(run.start, run.onset),
            trouble=Window(run.onset, max(run.judged)),
            whole=Window(run.start, run.end),
            known=known(run, telemetry, case) if case and case.scenario.breaks else None,
            alerts=_alerts(telemetry),
            audit=_audit(run),
            switched=list(_switched(run, phases)),
            tried=list(_tried(phases)),
            recovered=_recovered(run, telemetry, case, phases) if case else None,
        )


def _case(name: str) -> Case | None:
    """The case by its name; None for one that does not come with the program."""
    try:
        return catalogue.find(name)
    except WrongUseError:
        return None


def _audit(run: RecordedRun) -> Mapping[str, Any] | None:
    file = run.folder / AUDIT_FILE
    found: Mapping[str, Any] | None = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    return found


def _switched(run: RecordedRun, phases: Phases) -> Iterator[Moment]:
    """What the lab put in force and ended: by its ledger, or else by the phases of the run."""
    file = run.folder / LEDGER_FILE
    if file.is_file() and (lines := [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]):
        yield from switches(lines, Window(run.start, run.end))
        return
    faults = ", ".join(run.result.get("faults", ()))
    for name, done in (("fault", "put in force"), ("clear", "ended")):
        if name in phases and faults:
            source = f"result.json, phase {name}"
            yield Moment(_started(phases[name]), f"{faults} {done}", _switch(source, faults, done))


def switches(lines: Sequence[Mapping[str, Any]], window: Window) -> Iterator[Moment]:
    """The lines of a ledger within a window that say what was switched."""
    for line in lines:
        time = datetime.fromisoformat(line["time"])
        if line["event"] in SWITCHING and window.start <= time <= window.end:
            flag, done = f"{line['flag']}={line['variant']}", SWITCHING[line["event"]]
            yield Moment(time, f"{flag} {done}", _switch(LEDGER_FILE, flag, done))


def _switch(source: str, flag: str, done: str) -> Evidence:
    return Evidence("What the lab switched; telemetry does not say so", source, None, f"{flag} {done}")


def _tried(phases: Phases) -> Iterator[Tried]:
    for name, phase in phases.items():
        if name.startswith(REMEDY):
            held = "its checks held" if phase["passed"] else "its checks did not hold"
            said = "; ".join(f"{check['title']}: {check['message']}" for check in phase["checks"])
            yield Tried(_started(phase), name.removeprefix(REMEDY), f"{held} ({said})")


def _recovered(run: RecordedRun, telemetry: RecordedTelemetry, case: Case, phases: Phases) -> Recovered | None:
    phase = phases.get(RECOVER)
    if phase is None or not phase["passed"]:
        return None
    latest = max((float(check["seconds"]) for check in phase["checks"]), default=0.0)
    return Recovered(_started(phase) + timedelta(seconds=latest), shown(run, telemetry, case, (RECOVER,)))


def _started(phase: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(phase["started"])


def _alerts(telemetry: RecordedTelemetry) -> list[Fired]:
    """The alerts of a run, as the lab evaluates them."""
    seen: dict[str, list[tuple[datetime, Alert]]] = {}
    for moment, listed in telemetry.rounds:
        for alert in listed.alerts:
            seen.setdefault(alert.name, []).append((moment, alert))
    moments = [moment for moment, _ in telemetry.rounds]
    fired = (found for found in seen.values() if any(alert.state == "firing" for _, alert in found))
    return sorted((_fired(found, moments) for found in fired), key=lambda each: (each.fired, each.name))


def _fired(found: Sequence[tuple[datetime, Alert]], moments: Sequence[datetime]) -> Fired:
    firing = [moment for moment, alert in found if alert.state == "firing"]
    since, alert = found[0][1].since, found[0][1]
    ended = next((moment for moment in moments if moment > firing[-1]), None)
    value = f"fires at {firing[0]:%H:%M:%S}, {f'is over at {ended:%H:%M:%S}' if ended else 'and still does at the end'}"
    evidence = Evidence(f"Alert {alert.name}", ALERTS, Window(since, ended or moments[-1]), value)
    labels = alert.labels
    return Fired(
        alert.name,
        labels.get("severity", ""),
        labels.get("service", ""),
        alert.summary,
        since,
        firing[0],
        ended,
        evidence,
    )
