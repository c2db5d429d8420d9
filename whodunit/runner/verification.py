"""Runs a scenario against the running shop and keeps the result."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from whodunit.errors import LabError
from whodunit.incident.applicable import applicable
from whodunit.incident.loader import Case
from whodunit.incident.negative_controls import negative_controls
from whodunit.incident.phases import Remedy
from whodunit.incident.result import ScenarioResult
from whodunit.lab.client import LabClient
from whodunit.load.load_before import load_restored
from whodunit.outage.means import command_here
from whodunit.outage.outages import Outages
from whodunit.runner.keeping import keep
from whodunit.runner.ports import Clock, Lab, Observer, SystemClock
from whodunit.runner.runner import Runner
from whodunit.runner.running_lab import RunningLab
from whodunit.runner.session import Session
from whodunit.runner.staging import Staging
from whodunit.shell import run as shell
from whodunit.telemetry.port import UnanswerableError

Sealing = Callable[[Case, LabClient, Lab, Clock], Staging]


def verify(
    session: Session,
    case: Case,
    observer: Observer,
    remedies: list[Remedy],
    sealed: Sealing | None = None,
    *,
    each_lasts_s: float = 0.0,
) -> tuple[ScenarioResult, Path]:
    """Run `case`; returns what it found and the folder that keeps it. `sealed` stages it as a mystery is;
    health and trouble last `each_lasts_s` or longer.

    Raises LabError, also when the target can never answer one of the checks: such a run proves nothing.
    """
    lab = RunningLab(session.client, outages_for(case))
    clock = SystemClock()
    staging = sealed(case, session.client, lab, clock) if sealed else None
    runner = Runner(session.telemetry, lab, clock, observer, staging, each_lasts_s)
    here = applicable(case.scenario, session.mode)
    chosen = [here.scenario.remedies[case.scenario.remedies.index(remedy)] for remedy in remedies]
    try:
        with load_restored(session.client), interruptible():
            result = runner.run(
                replace(case, scenario=here.scenario), remedies=chosen, controls=negative_controls(case, session.mode)
            )
            load = session.client.load()
            audit = _audited(session.client)
    except UnanswerableError as error:
        hint = "Run it against the other target, or mark the check with the one that can: only: stack"
        raise LabError(f"This shop's telemetry cannot answer a check: {error}", hint) from error
    result = replace(result, skipped=tuple(check.id for check in here.skipped), sealed=sealed is not None)
    return result, keep(session, case, result, load, audit)


def _audited(lab: LabClient) -> Mapping[str, Any] | None:
    """What the books say now; None where they cannot be read."""
    with suppress(LabError):
        return lab.audit(0.0)
    return None


def outages_for(case: Case) -> Outages:
    """The outages of `case`, none if it needs none; raises LabError where they cannot be made."""
    return Outages(command_here(shell, Path.cwd()) if case.scenario.outages else ())


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
