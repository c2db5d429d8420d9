"""Runs a scenario against the running shop and keeps the result."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from whodunit.doctor.shell import run as shell
from whodunit.errors import LabError
from whodunit.outage.means import command_here
from whodunit.outage.outages import Outages
from whodunit.scenario.applicable import applicable
from whodunit.scenario.catalogue import cases
from whodunit.scenario.keeping import keep
from whodunit.scenario.lab import RunningLab
from whodunit.scenario.load_before import load_put_back
from whodunit.scenario.loader import Case
from whodunit.scenario.phases import Remedy
from whodunit.scenario.ports import Clock, Lab, Observer, SystemClock
from whodunit.scenario.result import ScenarioResult
from whodunit.scenario.runner import Runner
from whodunit.scenario.session import Session
from whodunit.scenario.silence import Alarm
from whodunit.scenario.staging import Staging
from whodunit.telemetry.port import UnanswerableError


def verify(
    session: Session, case: Case, observer: Observer, remedies: list[Remedy], *, sealed: bool = False
) -> tuple[ScenarioResult, Path]:
    """Run `case`; returns what it found and the folder that keeps it. `sealed`: it is staged as a mystery is.

    Raises LabError, also when the target can never answer one of the checks: such a run proves nothing.
    """
    lab = RunningLab(session.client, outages_for(case, session.mode))
    clock = SystemClock()
    runner = Runner(session.telemetry, lab, clock, observer, _sealed(session, case, lab, clock) if sealed else None)
    here = applicable(case.scenario, session.mode)
    chosen = [here.scenario.remedies[case.scenario.remedies.index(remedy)] for remedy in remedies]
    try:
        with load_put_back(session.client), interruptible():
            result = runner.run(
                replace(case, scenario=here.scenario), remedies=chosen, alarms=alarms_for(case, session.mode)
            )
            load = session.client.load()
    except UnanswerableError as error:
        hint = "Run it against the other target, or mark the check with the one that can: only: stack"
        raise LabError(f"This shop's telemetry cannot answer a check: {error}", hint) from error
    result = replace(result, skipped=tuple(check.id for check in here.skipped), sealed=sealed)
    return result, keep(session, case, result, load)


def _sealed(session: Session, case: Case, lab: Lab, clock: Clock) -> Staging:
    from whodunit.mystery.staging import Sealed  # noqa: PLC0415  what is verified in the open needs no mysteries

    return Sealed(case, session.client, lab, clock)


def outages_for(case: Case, target: str) -> Outages:
    """Who makes the outages of `case`, if it has any; raises LabError where nobody can."""
    return Outages(command_here(target, shell, Path.cwd()) if case.scenario.outages else ())


def alarms_for(case: Case, target: str) -> list[Alarm]:
    """Every symptom of every other scenario that `target` can show, where `case` asks that they stay silent.

    What several of them look for is asked once.
    """
    if case.scenario.alarms is None:
        return []
    alarms: dict[str, Alarm] = {}
    for other in (other for other in cases() if other.slug != case.slug):
        for check in applicable(other.scenario, target).scenario.expect.checks:
            asked = check.model_dump_json(exclude={"id", "title", "within"})
            alarms.setdefault(asked, Alarm(f"{other.name}.{check.id}", check))
    return list(alarms.values())


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block in an orderly way, as a LabError."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise LabError(
            "Stopped before the end.", "Faults are switched off, the load is as it was before; the shop is still up."
        ) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
